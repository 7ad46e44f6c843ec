package dev.amulet.training.linear;

/**
 * What cross-validation of the penalty found.
 *
 * @param strength penalty per row: the fit minimises mean loss + strength / 2 * |w|^2 on
 *     standardised columns
 * @param loss mean loss of the out-of-fold margins at that strength: squared error or log loss
 * @param outOfFold margins {@code [rows, K] float64} row-major, each row's from the fit that did
 *     not see its fold
 */
@SuppressWarnings("ArrayRecordComponent") // Large and handed over, never compared.
public record CrossFit(double strength, double loss, double[] outOfFold) {}
