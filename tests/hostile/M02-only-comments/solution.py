# TODO: write double
