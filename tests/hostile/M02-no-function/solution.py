import math as doubles

double = 42
