// Room FileFormats.
