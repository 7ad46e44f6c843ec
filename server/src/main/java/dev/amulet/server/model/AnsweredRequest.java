package dev.amulet.server.model;

import java.util.List;

/**
 * A request that has its answer. Times are nanoseconds since 1970.
 *
 * @param protocol http or grpc
 * @param route path or method
 * @param status of HTTP or of gRPC
 * @param id of the request
 * @param traceParent W3C's header of that name, well formed, or empty
 * @param startEpochNs when it came
 * @param endEpochNs when it was answered
 * @param stages what was done for it, in order; of many rows the first
 */
public record AnsweredRequest(
    String protocol,
    String route,
    int status,
    String id,
    String traceParent,
    long startEpochNs,
    long endEpochNs,
    List<Stage> stages) {
  /**
   * A step.
   *
   * @param name queue (waiting for a worker), prepare (cells, and pictures fetched and decoded) or
   *     score (networks and trees, of the whole batch)
   */
  public record Stage(String name, long startEpochNs, long endEpochNs) {}
}
