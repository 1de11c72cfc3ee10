// Room Generators.
