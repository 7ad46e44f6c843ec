package dev.amulet.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Processor time per call, all threads of the process: what a call costs however long it had to
 * wait for a core, and so a figure that a busy machine disturbs far less than the time on the wall.
 */
public final class CpuTimeProfiler implements InternalProfiler {
  /** Name of the result. */
  static final String LABEL = "cpu";

  private final OperatingSystemMXBean system =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private long startNs;

  @Override
  public String getDescription() {
    return "processor time per call";
  }

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    startNs = system.getProcessCpuTime();
  }

  @Override
  public Collection<? extends Result<?>> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    long calls = result.getMetadata().getAllOps();
    if (calls == 0) {
      return List.of();
    }
    double microseconds = (system.getProcessCpuTime() - startNs) / 1e3 / calls;
    return List.of(new ScalarResult(LABEL, microseconds, "us/op", AggregationPolicy.AVG));
  }
}
