"""How fast the sandbox is, as ratios of one run on one machine: `./lms bench --sandbox`."""
