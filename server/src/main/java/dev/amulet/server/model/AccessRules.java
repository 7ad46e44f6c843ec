package dev.amulet.server.model;

import dev.amulet.server.model.RequestException.Kind;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what, by bearer tokens. A group may have several tokens, so that they can be changed
 * without a pause; a group without any is open, but for what loads models, which is closed.
 * Comparing takes the same time whatever was sent. Immutable.
 */
public final class AccessRules {
  /** What is allowed together. */
  public enum Group {
    /** Scoring, and what models say about themselves. */
    INFER,
    /** Loading and unloading models, and the list of files with what is wrong with them. */
    ADMIN,
    /** Reading the metrics. */
    METRICS,
    /** Whether the server lives and is ready: always open. */
    HEALTH
  }

  private static final String BEARER = "Bearer ";

  private final Map<Group, List<byte[]>> digests = new EnumMap<>(Group.class);

  public AccessRules(List<String> infer, List<String> admin, List<String> metrics) {
    digests.put(Group.INFER, digests(infer));
    digests.put(Group.ADMIN, digests(admin));
    digests.put(Group.METRICS, digests(metrics));
    digests.put(Group.HEALTH, List.of());
  }

  /** Whether anybody may load models. */
  public boolean hasAdmin() {
    return !digests.getOrDefault(Group.ADMIN, List.of()).isEmpty();
  }

  /**
   * Checks a request.
   *
   * @param authorization the header of that name, or null
   * @throws RequestException when it may not do this
   */
  public void check(Group group, @Nullable String authorization) {
    List<byte[]> allowed = digests.getOrDefault(group, List.of());
    if (allowed.isEmpty()) {
      if (group == Group.ADMIN) {
        throw new RequestException(
            Kind.FORBIDDEN, "models are not managed over the network here: no admin token is set");
      }
      return;
    }
    if (authorization == null
        || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      throw new RequestException(Kind.UNAUTHENTICATED, "expected Authorization: Bearer TOKEN");
    }
    byte[] found = digest(authorization.substring(BEARER.length()).strip());
    boolean known = false;
    for (byte[] digest : allowed) {
      known |= MessageDigest.isEqual(digest, found);
    }
    if (!known) {
      throw new RequestException(Kind.FORBIDDEN, "the token is not one that may do this");
    }
  }

  private static List<byte[]> digests(List<String> tokens) {
    List<byte[]> digests = new ArrayList<>();
    tokens.forEach(token -> digests.add(digest(token)));
    return digests;
  }

  private static byte[] digest(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
