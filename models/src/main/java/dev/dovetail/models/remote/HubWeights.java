package dev.dovetail.models.remote;

import dev.dovetail.files.HttpFile;
import dev.dovetail.files.HttpStatusException;
import dev.dovetail.files.OutputFile;
import dev.dovetail.weights.formats.CheckpointFormats;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Weights of repositories of the hub. They are taken from the cache, else from what {@code
 * huggingface_hub} downloaded on this machine, else from the hub.
 *
 * @param cache the folder of all repositories
 */
record HubWeights(Path cache, Hub hub, RemoteWeights.Listener listener) {

  private static final int NOT_FOUND = 404;
  private static final int SHORT_COMMIT = 10;

  /** The names that transformers looks for, in its order. */
  private static final List<String> USUAL =
      List.of(
          "model.safetensors",
          "model.safetensors.index.json",
          "pytorch_model.bin",
          "pytorch_model.bin.index.json");

  /** A file of the hub that is known to be there. */
  private record Found(String name, HttpFile file, Hub.Facts facts) {}

  Path fetch(HubName wanted) throws IOException {
    Path folder = cache.resolve(wanted.repository().replace("/", "--") + hub.suffix());
    Path request = folder.resolve("requests").resolve(encoded(wanted));
    if (Files.exists(request)) {
      Path known = folder.resolve(Files.readString(request).strip());
      if (Files.exists(known)) {
        listener.found("weights from the cache: " + known);
        return known;
      }
    }
    Optional<Path> elsewhere = downloadedBefore(wanted);
    if (elsewhere.isPresent()) {
      listener.found("weights from the cache of huggingface_hub: " + elsewhere.get());
      return elsewhere.get();
    }
    if (hub.isOffline()) {
      throw new IOException(
          wanted + " was not downloaded before, and HF_HUB_OFFLINE forbids to do it now");
    }
    Path main = download(wanted, folder);
    OutputFile.createFolder(request.getParent());
    OutputFile.write(request, folder.relativize(main).toString().getBytes(StandardCharsets.UTF_8));
    return main;
  }

  private static String encoded(HubName wanted) {
    String file = wanted.file().orElse("");
    return URLEncoder.encode(file + "@" + wanted.revision(), StandardCharsets.UTF_8);
  }

  private Optional<Path> downloadedBefore(HubName wanted) throws IOException {
    Path folder = hub.downloaded().resolve("models--" + wanted.repository().replace("/", "--"));
    Path branch = folder.resolve("refs").resolve(wanted.revision());
    String commit =
        Files.isRegularFile(branch) ? Files.readString(branch).strip() : wanted.revision();
    Path snapshot = folder.resolve("snapshots").resolve(commit);
    for (String name : wanted.file().map(List::of).orElse(USUAL)) {
      Path file = snapshot.resolve(name);
      if (Files.isRegularFile(file) && allShardsAreBeside(file)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }

  private static boolean allShardsAreBeside(Path file) throws IOException {
    return CheckpointFormats.shards(file).stream()
        .allMatch(shard -> Files.isRegularFile(file.resolveSibling(shard)));
  }

  private Path download(HubName wanted, Path folder) throws IOException {
    Found found = find(wanted);
    String commit = found.facts().commit().orElse(wanted.revision());
    Path snapshot = folder.resolve(URLEncoder.encode(commit, StandardCharsets.UTF_8));
    KeptFile main = new KeptFile(snapshot.resolve(found.name()));
    keep(main, found);
    for (String shard : CheckpointFormats.shards(main.path())) {
      int slash = found.name().lastIndexOf('/') + 1;
      String name = found.name().substring(0, slash) + shard;
      KeptFile kept = new KeptFile(snapshot.resolve(name));
      if (!kept.isThere()) {
        keep(kept, facts(wanted.repository(), commit, name));
      }
    }
    listener.found(
        "weights of "
            + wanted.repository()
            + " (commit "
            + commit.substring(0, Math.min(SHORT_COMMIT, commit.length()))
            + ") kept in "
            + main.path()
            + ", SHA-256 "
            + main.sha256());
    return main.path();
  }

  private void keep(KeptFile kept, Found found) throws IOException {
    if (!kept.isThere()) {
      kept.download(found.file(), found.facts().sha256(), listener);
    }
  }

  private Found facts(String repository, String revision, String name) throws IOException {
    HttpFile file = hub.file(repository, revision, name);
    return new Found(name, file, hub.facts(file));
  }

  /** The file that is wanted, or else the one that a program would take. */
  private Found find(HubName wanted) throws IOException {
    try {
      for (String name : wanted.file().map(List::of).orElse(USUAL)) {
        try {
          return facts(wanted.repository(), wanted.revision(), name);
        } catch (HttpStatusException e) {
          if (e.status() != NOT_FOUND) {
            throw e;
          }
        }
      }
      List<String> all = hub.names(wanted.repository(), wanted.revision());
      List<String> checkpoints = all.stream().filter(CheckpointFormats::hasEnding).toList();
      if (wanted.file().isEmpty() && checkpoints.size() == 1) {
        return facts(wanted.repository(), wanted.revision(), checkpoints.get(0));
      }
      throw new IOException(unclear(wanted, checkpoints));
    } catch (HttpStatusException e) {
      throw new IOException(problem(wanted, e), e);
    }
  }

  private static String unclear(HubName wanted, List<String> checkpoints) {
    if (checkpoints.isEmpty()) {
      return wanted + ": the repository holds no checkpoint";
    }
    String names = String.join(", ", checkpoints);
    return wanted.file().isPresent()
        ? wanted + ": there is no such file; the repository holds " + names
        : wanted
            + ": the repository holds several checkpoints, "
            + names
            + "; name one: hf:"
            + wanted.repository()
            + "/"
            + checkpoints.get(0);
  }

  private String problem(HubName wanted, HttpStatusException e) {
    return switch (e.status()) {
      case 401, 403 ->
          wanted
              + ": "
              + hub.endpoint()
              + " gives no access; there is no such repository, or it is private or has terms to"
              + " accept: set HF_TOKEN to a token of an account that may read it";
      case NOT_FOUND ->
          wanted + ": there is no such repository, revision or file at " + hub.endpoint();
      default -> wanted + ": " + e.getMessage();
    };
  }
}
