package dev.dovetail.models.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dovetail.files.HttpFile;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A client of the Hugging Face Hub. It uses the environment variables of the library {@code
 * huggingface_hub}: {@code HF_ENDPOINT}, {@code HF_TOKEN} (by default the file {@code
 * HF_TOKEN_PATH} or {@code token} in {@code HF_HOME}), {@code HF_HUB_OFFLINE}, and the cache of
 * that library ({@code HF_HUB_CACHE}, by default {@code hub} in {@code HF_HOME}).
 */
final class Hub {

  private static final String STANDARD = "https://huggingface.co";
  private static final Set<String> TRUE = Set.of("1", "ON", "YES", "TRUE");
  private static final long MOST_LISTED = 16L << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /**
   * The hub's metadata of a file.
   *
   * @param commit commit of the requested revision; empty if unknown
   * @param sha256 checksum of the content; empty if unknown
   */
  record Facts(Optional<String> commit, Optional<String> sha256) {}

  private final Map<String, String> environment;

  Hub(Map<String, String> environment) {
    this.environment = environment;
  }

  private Optional<String> value(String name) {
    return Optional.ofNullable(environment.get(name)).filter(text -> !text.isEmpty());
  }

  private boolean isSet(String name) {
    return value(name).filter(text -> TRUE.contains(text.toUpperCase(Locale.ROOT))).isPresent();
  }

  /** Returns whether downloads are disabled. */
  boolean isOffline() {
    return isSet("HF_HUB_OFFLINE") || isSet("TRANSFORMERS_OFFLINE");
  }

  String endpoint() {
    return value("HF_ENDPOINT").orElse(STANDARD).replaceAll("/+$", "");
  }

  /** Returns the name of the endpoint in cache directories. */
  String suffix() {
    return endpoint().equals(STANDARD)
        ? ""
        : "-" + Checksum.of(endpoint()).substring(0, Checksum.SHORT / 2);
  }

  /** Returns the cache directory of {@code huggingface_hub}. */
  Path downloaded() {
    return value("HF_HUB_CACHE")
        .or(() -> value("HUGGINGFACE_HUB_CACHE"))
        .map(this::path)
        .orElseGet(() -> home().resolve("hub"));
  }

  private Path home() {
    return value("HF_HOME")
        .map(this::path)
        .orElseGet(
            () ->
                value("XDG_CACHE_HOME")
                    .map(this::path)
                    .orElseGet(() -> path("~/.cache"))
                    .resolve("huggingface"));
  }

  private Path path(String text) {
    return text.equals("~") || text.startsWith("~/")
        ? Path.of(value("HOME").orElse(System.getProperty("user.home")) + text.substring(1))
        : Path.of(text);
  }

  private Optional<String> token() throws IOException {
    Optional<String> token = value("HF_TOKEN").or(() -> value("HUGGING_FACE_HUB_TOKEN"));
    Path file = value("HF_TOKEN_PATH").map(this::path).orElseGet(() -> home().resolve("token"));
    if (token.isEmpty() && !isSet("HF_HUB_DISABLE_IMPLICIT_TOKEN") && Files.isReadable(file)) {
      token = Optional.of(Files.readString(file));
    }
    return token.map(String::strip).filter(text -> !text.isEmpty());
  }

  /** Returns the address of a file in a repository. */
  HttpFile file(String repository, String revision, String name) throws IOException {
    return at(repository + "/resolve/" + encoded(revision) + "/" + name);
  }

  private HttpFile at(String path) throws IOException {
    HttpFile file = HttpFile.of(endpoint() + "/" + path);
    return token().map(t -> file.withSecret("Authorization", "Bearer " + t)).orElse(file);
  }

  private static String encoded(String revision) {
    return URLEncoder.encode(revision, StandardCharsets.UTF_8);
  }

  /** Requests the metadata of a file without downloading it. */
  Facts facts(HttpFile file) throws IOException {
    String commit = "X-Repo-Commit";
    String linked = "X-Linked-ETag";
    Map<String, String> headers = file.headers(commit, linked, "ETag");
    String tag = headers.getOrDefault(linked, headers.getOrDefault("ETag", ""));
    return new Facts(
        Optional.ofNullable(headers.get(commit)).filter(c -> c.matches("[0-9a-f]{7,64}")),
        Optional.of(tag.replaceAll("^W/|\"", "")).filter(t -> t.matches("[0-9a-f]{64}")));
  }

  /** Requests the names of all files in a repository. */
  List<String> names(String repository, String revision) throws IOException {
    HttpFile answer = at("api/models/" + repository + "/revision/" + encoded(revision));
    JsonNode siblings = JSON.readTree(answer.read(MOST_LISTED, PATIENCE)).path("siblings");
    List<String> names = new ArrayList<>();
    siblings.forEach(file -> names.add(file.path("rfilename").asText()));
    return names;
  }
}
