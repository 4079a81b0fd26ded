"""The demo township: real names and outline, everything else invented, from one seed."""
