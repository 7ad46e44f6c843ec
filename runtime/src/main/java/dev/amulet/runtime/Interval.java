package dev.amulet.runtime;

/**
 * Where the true value lies with a stated probability, for a row like those the model was validated
 * on. In the target's unit.
 *
 * @param coverage share of rows whose true value is meant to lie inside, in (0, 1)
 * @param lower lower end
 * @param upper upper end, not below the lower
 */
public record Interval(double coverage, double lower, double upper) {}
