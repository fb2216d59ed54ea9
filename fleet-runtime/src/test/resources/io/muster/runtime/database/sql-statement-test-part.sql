-- A part of several statements.
AND t.kind = :kind
