/**
 * What an experiment found out, for people: {@code report.html} and the model card. Works on plain
 * values; knows neither learners nor how they were compared.
 */
@NullMarked
package dev.amulet.training.insight;

import org.jspecify.annotations.NullMarked;
