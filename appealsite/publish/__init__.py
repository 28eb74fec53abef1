"""Write the finished files, whole or not at all."""
