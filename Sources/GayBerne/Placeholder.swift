// Room GayBerne.
