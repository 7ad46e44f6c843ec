package dev.amulet.server.http;

import dev.amulet.server.model.AccessRules;
import java.util.function.BooleanSupplier;

/**
 * What the HTTP side needs to know.
 *
 * @param maxBodyBytes largest body, also after inflating
 * @param maxRows most rows of one request
 * @param maxConnections most connections at once
 * @param headerTimeoutMs longest time for a request's head to come
 * @param bodyTimeoutMs longest time for its body
 * @param idleTimeoutMs longest time between requests
 * @param requestTimeoutMs longest time for an answer
 * @param overloadStatus 503 or 429
 * @param retryAfterS seconds a refused client is told to wait
 * @param responseCacheBytes memory for answers, or 0 to remember none
 * @param access who may do what
 * @param draining whether the server is about to stop
 * @param ready whether it takes requests
 */
public record HttpSettings(
    int maxBodyBytes,
    int maxRows,
    int maxConnections,
    int headerTimeoutMs,
    int bodyTimeoutMs,
    int idleTimeoutMs,
    int requestTimeoutMs,
    int overloadStatus,
    int retryAfterS,
    long responseCacheBytes,
    AccessRules access,
    BooleanSupplier draining,
    BooleanSupplier ready) {}
