// Room Recipes.
