"""通讯录: the official numbers of the units, and who is on duty there."""
