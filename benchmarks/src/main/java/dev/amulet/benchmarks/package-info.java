/** JMH suites: every number stands beside a floor (what no code can beat) and a rival. */
@NullMarked
package dev.amulet.benchmarks;

import org.jspecify.annotations.NullMarked;
