"""The part of schema 3 that checks signatures inside the database, in PL/pgSQL: Ed25519, signed notes, keys in force.

What `record.signing` and `record.key_history` decide on a computer, decided again by the server, which takes nobody's
word for it. Holds words only and runs nothing. Frozen.
"""

from __future__ import annotations

# The curve of RFC 8032: p = 2^255 - 19, a point as (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z; its formulas of
# section 5.1.4. Everything here is public, so that nothing depends on how long it takes. The signature is taken as the
# strict check takes it: R's bytes must be those of sB - hA, and s below the order of the base point.
POWER = """
DECLARE
  given numeric := base;
  n numeric := exponent;
  made numeric := 1;
BEGIN
  WHILE n > 0 LOOP
    IF mod(n, 2) = 1 THEN
      made := mod(made * given, p);
    END IF;
    given := mod(given * given, p);
    n := div(n, 2);
  END LOOP;
  RETURN made;
END
"""

VERIFIES = r"""
DECLARE
  p CONSTANT numeric := 57896044618658097711785492504343953926634992332820282019728792003956564819949;
  l CONSTANT numeric := 7237005577332262213973186563042994240857116359379907606001950938285454250989;
  d CONSTANT numeric := 37095705934669439343138083508754565189542113879843219016388785533085940283555;
  root CONSTANT numeric := 19681161376707505956807079304988542015446066515923890162744021073123829784752;
  gx CONSTANT numeric := 15112221349535400772501151409588531511454012693041857206046113283949847762202;
  gy CONSTANT numeric := 46316835694926478169428394003475163141307993866256225615783033603165251855960;
  s numeric := 0; h numeric := 0; x numeric; y numeric := 0; e numeric; w numeric; u numeric; v numeric;
  digest bytea; odd int;
  px numeric[]; py numeric[]; pt numeric[];
  x1 numeric := 0; y1 numeric := 1; z1 numeric := 1; t1 numeric := 0;
  a numeric; b numeric; c numeric; g numeric; f numeric; k numeric; q numeric;
  bits text := ''; which int;
BEGIN
  IF octet_length(public) IS DISTINCT FROM 32 OR octet_length(signature) IS DISTINCT FROM 64 OR said IS NULL THEN
    RETURN false;
  END IF;
  digest := sha512(substring(signature FROM 1 FOR 32) || public || said);
  FOR i IN REVERSE 63..0 LOOP
    h := h * 256 + get_byte(digest, i);
  END LOOP;
  h := mod(h, l);
  FOR i IN REVERSE 63..32 LOOP
    s := s * 256 + get_byte(signature, i);
  END LOOP;
  odd := get_byte(public, 31) / 128;
  y := mod(get_byte(public, 31), 128);
  FOR i IN REVERSE 30..0 LOOP
    y := y * 256 + get_byte(public, i);
  END LOOP;
  IF s >= l OR y >= p THEN
    RETURN false;
  END IF;
  -- The x that belongs to y: a square root of (y^2 - 1) / (d y^2 + 1), by raising to (p + 3) / 8.
  u := mod(y * y - 1 + p, p);
  v := mod(d * mod(y * y, p) + 1, p);
  w := mod(mod(v * v, p) * v, p);
  a := mod(u * w, p);
  x := msat.to_the_power(mod(mod(mod(w * w, p) * v, p) * u, p), div(p - 5, 8), p);
  x := mod(x * a, p);
  w := mod(v * mod(x * x, p), p);
  IF w <> u THEN
    IF w <> mod(p - u, p) THEN
      RETURN false;
    END IF;
    x := mod(x * root, p);
  END IF;
  IF x = 0 AND odd = 1 THEN
    RETURN false;
  END IF;
  IF mod(x, 2) <> odd THEN
    x := p - x;
  END IF;
  -- sB - hA bit by bit from the top, both at once: what is added is B, -A, or B - A.
  x := mod(p - x, p);
  px := ARRAY[gx, x];
  py := ARRAY[gy, y];
  pt := ARRAY[mod(gx * gy, p), mod(x * y, p)];
  a := mod((gy - gx + p) * (y - x + p), p);
  b := mod((gy + gx) * (y + x), p);
  c := mod(2 * mod(pt[1] * pt[2], p) * d, p);
  e := b - a + p;
  f := 2 - c + p;
  g := 2 + c;
  k := b + a;
  -- The sum of both as a point with z = 1: one inverse here spares a product at each step.
  v := msat.to_the_power(mod(f * g, p), p - 2, p);
  px := px || mod(mod(e * f, p) * v, p);
  py := py || mod(mod(g * k, p) * v, p);
  pt := pt || mod(px[3] * py[3], p);
  FOR i IN 1..253 LOOP
    bits := (mod(s, 2) + 2 * mod(h, 2))::int::text || bits;
    s := div(s, 2);
    h := div(h, 2);
  END LOOP;
  FOR i IN 1..253 LOOP
    a := mod(x1 * x1, p);
    b := mod(y1 * y1, p);
    c := 2 * mod(z1 * z1, p);
    k := a + b;
    q := x1 + y1;
    e := mod(k - q * q, p);
    g := a - b;
    f := c + g;
    x1 := mod(e * f, p);
    y1 := mod(g * k, p);
    z1 := mod(f * g, p);
    which := substr(bits, i, 1)::int;
    IF which > 0 THEN
      t1 := mod(e * k, p);
      a := mod((y1 - x1) * (py[which] - px[which]), p);
      b := mod((y1 + x1) * (py[which] + px[which]), p);
      c := mod(2 * mod(t1 * pt[which], p) * d, p);
      q := 2 * z1;
      e := b - a;
      f := q - c;
      g := q + c;
      k := b + a;
      x1 := mod(e * f, p);
      y1 := mod(g * k, p);
      z1 := mod(f * g, p);
    END IF;
  END LOOP;
  -- As bytes: y with the lowest bit of x on top.
  v := msat.to_the_power(mod(z1 + p, p), p - 2, p);
  x := mod(mod(x1 * v, p) + p, p);
  y := mod(mod(y1 * v, p) + p, p);
  FOR i IN 0..31 LOOP
    which := mod(y, 256)::int;
    y := div(y, 256);
    IF i = 31 THEN
      which := which + 128 * mod(x, 2)::int;
    END IF;
    IF which <> get_byte(signature, i) THEN
      RETURN false;
    END IF;
  END LOOP;
  RETURN true;
END
"""

# The text of a signed note (C2SP form, as `record.signing` writes it) if `key` signed it under `who`; else nothing.
NOTED = r"""
DECLARE
  parts text[] := regexp_match(given, '^(.*\n)\n((— [^ \n]+ [A-Za-z0-9+/=]+\n)+)$');
  line text; raw bytea; is_ours boolean := false;
BEGIN
  IF parts IS NULL OR octet_length(given) > 8192 THEN
    RETURN NULL;
  END IF;
  FOREACH line IN ARRAY string_to_array(rtrim(parts[2], chr(10)), chr(10)) LOOP
    raw := decode(split_part(line, ' ', 3), 'base64');
    IF split_part(line, ' ', 2) = who AND substring(raw FROM 1 FOR 4) =
        substring(sha256(convert_to(who || chr(10), 'UTF8') || '\x01'::bytea || key) FROM 1 FOR 4) THEN
      IF NOT msat.is_signed(key, convert_to(parts[1], 'UTF8'), substring(raw FROM 5)) THEN
        RETURN NULL;
      END IF;
      is_ours := true;
    END IF;
  END LOOP;
  RETURN CASE WHEN is_ours THEN parts[1] END;
END
"""

# What of a log the functions below go by: its first entry, changes of key, orders. Only of one's own organisation.
TURNS = """SELECT e.seq, e.id, e.type, convert_from(substring(e.header FROM 125 FOR 64), 'UTF8'),
    convert_from(e.body, 'UTF8')::jsonb
  FROM msat.entry e WHERE NOT held AND e.log = wanted AND e.ods = msat.own_ods()
    AND (e.seq = 1 OR e.type IN ('key.rotated', 'body.erased'))
  UNION ALL SELECT c.seq, c.id, c.type, convert_from(substring(c.header FROM 125 FOR 64), 'UTF8'),
    convert_from(c.body, 'UTF8')::jsonb
  FROM msat.copy c WHERE held AND c.log = wanted AND c.holder = msat.own_ods()
    AND (c.seq = 1 OR c.type IN ('key.rotated', 'body.erased'))
  ORDER BY 1"""

# The key that the log's history allows at entry `upto`, by the rule of `record.key_history`: a change is signed by the
# key before it, or by the recovery key whose fingerprint was told before, and by the new one.
KEY_AT = """
DECLARE
  turn record; told text; fresh bytea; by_key bytea; key bytea; recovery text; used bytea[] := '{}';
BEGIN
  FOR turn IN SELECT * FROM msat.turns(wanted, held) t WHERE t.seq <= upto AND t.type <> 'body.erased' LOOP
    fresh := decode(turn.content #>> '{data,public_key}', 'hex');
    IF turn.seq = 1 THEN
      recovery := turn.content #>> '{data,recovery_key_sha256}';
    ELSE
      by_key := key;
      IF coalesce(turn.content #>> '{data,recovery_key}', '') <> '' THEN
        by_key := decode(turn.content #>> '{data,recovery_key}', 'hex');
        IF encode(sha256(by_key), 'hex') IS DISTINCT FROM recovery THEN
          RAISE EXCEPTION 'the log changes its key by another recovery key than its own' USING ERRCODE = '42501';
        END IF;
      END IF;
      told := 'msat-rotate-v1/' || wanted || chr(10) || turn.seq || chr(10) || turn.prev || chr(10) ||
        encode(fresh, 'hex') || chr(10);
      IF key IS NULL OR fresh IS NULL OR fresh = ANY(used) OR
          msat.noted(turn.content #>> '{data,note}', wanted, by_key) IS DISTINCT FROM told OR
          msat.noted(turn.content #>> '{data,note}', wanted, fresh) IS DISTINCT FROM told THEN
        RAISE EXCEPTION 'the log changes its key without the signatures of the old and the new one'
          USING ERRCODE = '42501';
      END IF;
      IF turn.content #>> '{data,recovery_key_sha256}' ~ '^[0-9a-f]{64}$' THEN
        recovery := turn.content #>> '{data,recovery_key_sha256}';
      END IF;
    END IF;
    key := fresh;
    used := used || fresh;
  END LOOP;
  RETURN key;
END
"""
