-- How far the roll-up of clients is, one row: it has seen all that was committed before this instant.
CREATE TABLE client_rollup (rolled_up_at timestamptz NOT NULL);
INSERT INTO client_rollup
  SELECT coalesce(max(folded_at) FILTER (WHERE isfinite(folded_at)), now()) FROM client_state;
