"""Shapes out of files that other programs wrote, each kind read by what it is called.

GDAL goes by what is inside a file, and some of what it reads points to other files or addresses;
here a file of a stranger is read as what its name says, or refused. Only a Shapefile goes to GDAL,
by its parts and after its first bytes were looked at.
"""
