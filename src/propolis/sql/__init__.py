"""SQL on PostgreSQL: statements → least privileges → SQL and `pg_hba.conf`; and a live catalogue beside them."""
