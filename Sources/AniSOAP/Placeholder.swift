// Room AniSOAP.
