package dev.amulet.server.model;

import dev.amulet.format.Artifact;
import dev.amulet.format.ArtifactException;
import dev.amulet.server.model.ModelFiles.ModelKey;
import dev.amulet.server.model.ModelFiles.Stamp;
import dev.amulet.server.model.RequestException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The models that are served, and their files. A file that appears is loaded beside what serves,
 * checked and warmed, and then takes over; one whose digest is unchanged is left alone; one that is
 * bad leaves the old one serving and says so in {@link #index}; one that goes away stops being
 * served. What was replaced closes when its last request has its answer.
 *
 * <p>Safe for concurrent use. Requests only read a map; loading happens on the thread that calls
 * {@link #sync}, one at a time.
 */
public final class ModelRepository implements AutoCloseable {
  /** The version that requests get which name none. */
  public static final String LATEST = "latest";

  /**
   * One version, as an operator sees it.
   *
   * @param state READY or UNAVAILABLE
   * @param reason what is wrong with its file, or empty; a version that serves may have one
   * @param id SHA-256 of the amulet that serves, or empty
   */
  public record Status(String name, String version, String state, String reason, String id) {}

  private final ModelFiles files;
  private final ModelLoader loader;
  private final Map<String, Map<String, String>> labels;
  private final TrafficRules traffic;
  private final ServerMetrics metrics;
  private final Map<ModelKey, Stamp> stamps = new HashMap<>();
  private final Map<ModelKey, String> failures = new TreeMap<>(ModelFiles.ORDER);
  private final Set<String> unloaded = new HashSet<>();
  private volatile Map<String, TreeMap<String, ModelVersion>> models = Map.of();
  private boolean closed;

  /**
   * Looks at a file or folder; {@link #sync} loads what is there.
   *
   * @param labels version by label, by model
   * @param traffic which versions get requests that name none
   */
  public ModelRepository(
      Path root,
      ModelLoader loader,
      Map<String, Map<String, String>> labels,
      TrafficRules traffic,
      ServerMetrics metrics) {
    files = new ModelFiles(root);
    this.loader = loader;
    this.labels = labels;
    this.traffic = traffic;
    this.metrics = metrics;
  }

  /**
   * Holds the model a request names open for it.
   *
   * @param name null or empty: the only one
   * @param version a version, a label, "latest", or null or empty for latest
   * @throws RequestException when there is no such model or version
   */
  public ModelVersion.Lease lease(@Nullable String name, @Nullable String version) {
    while (true) {
      ModelVersion found = find(name, version);
      if (found.hold()) {
        boolean any = version == null || version.isEmpty();
        return new ModelVersion.Lease(found, any ? shadow(found) : null);
      }
      // It was replaced this moment: the map has the new one.
    }
  }

  private ModelVersion.@Nullable Lease shadow(ModelVersion answering) {
    String drawn = traffic.shadow(answering.name());
    TreeMap<String, ModelVersion> versions = models.get(answering.name());
    ModelVersion shadow = drawn == null || versions == null ? null : versions.get(drawn);
    return shadow == null || shadow == answering || !shadow.hold()
        ? null
        : new ModelVersion.Lease(shadow, null);
  }

  private ModelVersion find(@Nullable String name, @Nullable String version) {
    Map<String, TreeMap<String, ModelVersion>> now = models;
    String model = name == null || name.isEmpty() ? only(now) : name;
    TreeMap<String, ModelVersion> versions = now.get(model);
    if (versions == null) {
      throw new RequestException(
          Kind.NOT_FOUND, "no model \"" + shown(model) + "\" is served here");
    }
    if (version == null || version.isEmpty()) {
      String canary = traffic.canary(model);
      ModelVersion drawn = canary == null ? null : versions.get(canary);
      return drawn == null ? latest(model, versions) : drawn;
    }
    String wanted = version;
    if (wanted.equals(LATEST)) {
      return latest(model, versions);
    }
    String labelled = labels.getOrDefault(model, Map.of()).get(wanted);
    ModelVersion found = versions.get(labelled == null ? wanted : labelled);
    if (found == null) {
      throw new RequestException(
          Kind.NOT_FOUND,
          "model \"" + shown(model) + "\" has no version or label \"" + shown(wanted) + "\" here");
    }
    return found;
  }

  /** The newest version that is no canary or shadow; one of those where there is no other. */
  private ModelVersion latest(String model, NavigableMap<String, ModelVersion> versions) {
    for (Map.Entry<String, ModelVersion> entry : versions.descendingMap().entrySet()) {
      if (!traffic.isAside(model, entry.getKey())) {
        return entry.getValue();
      }
    }
    return versions.lastEntry().getValue();
  }

  private static String only(Map<String, ?> models) {
    if (models.size() == 1) {
      return models.keySet().iterator().next();
    }
    if (models.isEmpty()) {
      throw new RequestException(Kind.UNAVAILABLE, "no model is loaded");
    }
    throw new RequestException(
        Kind.INVALID_REQUEST, "several models are served here; name one with ?model=NAME");
  }

  private static String shown(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "…";
  }

  /** Names of the models, in order. */
  public List<String> names() {
    return List.copyOf(new TreeMap<>(models).keySet());
  }

  /** Versions of a model that serve, oldest first; empty when there is none of that name. */
  public List<String> versions(String name) {
    TreeMap<String, ModelVersion> versions = models.get(name);
    return versions == null ? List.of() : List.copyOf(versions.keySet());
  }

  /** Whether a model serves, and every file that is there did load at least once. */
  public boolean ready() {
    return notReadyReason().isEmpty();
  }

  /** Why not, or empty. */
  public synchronized String notReadyReason() {
    if (models.isEmpty()) {
      return failures.isEmpty() ? "no model is loaded" : failures.values().iterator().next();
    }
    for (Map.Entry<ModelKey, String> failure : failures.entrySet()) {
      ModelKey key = failure.getKey();
      if (!versions(key.name()).contains(key.version())) {
        return failure.getValue();
      }
    }
    return "";
  }

  /** Every version that serves or whose file is bad. */
  public synchronized List<Status> index() {
    Map<ModelKey, Status> all = new TreeMap<>(ModelFiles.ORDER);
    failures.forEach(
        (key, reason) ->
            all.put(key, new Status(key.name(), key.version(), "UNAVAILABLE", reason, "")));
    for (TreeMap<String, ModelVersion> versions : models.values()) {
      for (ModelVersion version : versions.values()) {
        ModelKey key = new ModelKey(version.name(), version.version());
        String reason = failures.getOrDefault(key, "");
        all.put(key, new Status(key.name(), key.version(), "READY", reason, version.id()));
      }
    }
    for (String name : unloaded) {
      all.putIfAbsent(
          new ModelKey(name, ""), new Status(name, "", "UNAVAILABLE", "unloaded by request", ""));
    }
    return List.copyOf(all.values());
  }

  /** Looks at the files and loads, replaces and retires what changed. */
  public synchronized void sync() throws IOException {
    if (closed) {
      return;
    }
    Map<ModelKey, Path> found = files.find();
    found.keySet().removeIf(key -> unloaded.contains(key.name()));
    for (Map.Entry<ModelKey, Path> entry : found.entrySet()) {
      refresh(entry.getKey(), entry.getValue());
    }
    for (TreeMap<String, ModelVersion> versions : models.values()) {
      for (ModelVersion version : versions.values()) {
        ModelKey key = new ModelKey(version.name(), version.version());
        if (!found.containsKey(key) && isGone(version)) {
          replace(key, null);
        }
      }
    }
    failures.keySet().removeIf(key -> !found.containsKey(key));
    stamps.keySet().removeIf(key -> !found.containsKey(key));
  }

  /**
   * A folder that is listed while a file in it is replaced may show neither the old nor the new.
   */
  private boolean isGone(ModelVersion version) {
    return unloaded.contains(version.name()) || !Files.exists(version.file());
  }

  private void refresh(ModelKey key, Path file) {
    Stamp stamp;
    try {
      stamp = Stamp.of(file);
    } catch (IOException e) {
      return; // Gone between listing and looking: the next look tells.
    }
    if (stamp.equals(stamps.get(key))) {
      return;
    }
    stamps.put(key, stamp);
    try {
      if (!isServed(key, file)) {
        replace(key, loader.load(key, file));
        metrics.count(
            "amulet.model.loads", "Loads by outcome.", "model", key.name(), "outcome", "loaded");
      }
      failures.remove(key);
    } catch (ArtifactException | RuntimeException e) {
      String message = e.getMessage();
      failures.put(key, message == null ? e.toString() : message);
      metrics.count(
          "amulet.model.loads", "Loads by outcome.", "model", key.name(), "outcome", "failed");
      System.getLogger("dev.amulet.server")
          .log(System.Logger.Level.WARNING, "model " + key.name() + " not loaded: " + message);
    }
  }

  private boolean isServed(ModelKey key, Path file) throws ArtifactException {
    ModelVersion current = models.getOrDefault(key.name(), new TreeMap<>()).get(key.version());
    if (current == null) {
      return false;
    }
    try (Artifact artifact = Artifact.openMetadata(file)) {
      return artifact.id().equals(current.id());
    }
  }

  private void replace(ModelKey key, @Nullable ModelVersion version) {
    Map<String, TreeMap<String, ModelVersion>> next = new TreeMap<>(models);
    TreeMap<String, ModelVersion> versions = new TreeMap<>(ModelFiles::compareVersions);
    versions.putAll(models.getOrDefault(key.name(), new TreeMap<>()));
    ModelVersion old =
        version == null ? versions.remove(key.version()) : versions.put(key.version(), version);
    if (versions.isEmpty()) {
      next.remove(key.name());
    } else {
      next.put(key.name(), versions);
    }
    models = next;
    if (old != null) {
      old.release();
    }
  }

  /**
   * Loads a model whose files are there, also one that was unloaded.
   *
   * @throws RequestException when there is no such file or it is bad
   */
  public synchronized void load(String name) throws IOException {
    unloaded.remove(name);
    stamps.keySet().removeIf(key -> key.name().equals(name));
    sync();
    for (Map.Entry<ModelKey, String> failure : failures.entrySet()) {
      if (failure.getKey().name().equals(name)) {
        throw new RequestException(Kind.INVALID_REQUEST, failure.getValue());
      }
    }
    if (!models.containsKey(name)) {
      throw new RequestException(Kind.NOT_FOUND, "no file of a model \"" + shown(name) + "\" here");
    }
  }

  /**
   * Stops serving a model until {@link #load} is called for it.
   *
   * @throws RequestException when it is not served
   */
  public synchronized void unload(String name) throws IOException {
    if (!models.containsKey(name)) {
      throw new RequestException(Kind.NOT_FOUND, "no model \"" + shown(name) + "\" is served here");
    }
    unloaded.add(name);
    sync();
  }

  /** Retires every model; requests under way keep theirs. */
  @Override
  public synchronized void close() {
    closed = true;
    List<ModelVersion> all = new ArrayList<>();
    models.values().forEach(versions -> all.addAll(versions.values()));
    models = Map.of();
    all.forEach(ModelVersion::release);
  }
}
