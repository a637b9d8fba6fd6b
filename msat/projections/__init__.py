"""Stage 6, the record to what people look at. Everything here can be thrown away and rebuilt."""
