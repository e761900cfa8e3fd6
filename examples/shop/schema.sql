-- The tables of the shop's database, for `propolis sql` to try its grants on.
CREATE TABLE items (id integer PRIMARY KEY, name text NOT NULL, price integer NOT NULL, cost integer NOT NULL);
CREATE TABLE orders (
  id serial PRIMARY KEY,
  customer integer NOT NULL,
  item integer NOT NULL REFERENCES items,
  status text NOT NULL DEFAULT 'open'
);
CREATE TABLE customers (id integer PRIMARY KEY, name text NOT NULL, card text NOT NULL);
