"""What policies mean: two engines that share no meaning, and what both start from."""
