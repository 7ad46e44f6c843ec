package dev.amulet.training.vision.nano;

/**
 * What a picture shows: classes of its figure, of the figure's pattern and colours, of the
 * ground's.
 */
record FormulaKind(int figure, int pattern, int colours, int ground, int groundColours) {}
