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
 * Weights in repositories of the hub. They are read from the cache, otherwise from the cache of
 * {@code huggingface_hub} on this machine, otherwise from the hub.
 *
 * @param cache the directory of all repositories
 */
record HubWeights(Path cache, Hub hub, RemoteWeights.Listener listener) {

  private static final int NOT_FOUND = 404;
  private static final int SHORT_COMMIT = 10;

  /** The file names that transformers searches for, in its order. */
  private static final List<String> USUAL =
      List.of(
          "model.safetensors",
          "model.safetensors.index.json",
          "pytorch_model.bin",
          "pytorch_model.bin.index.json");

  /** An existing file on the hub. */
  private record Found(String name, HttpFile file, Hub.Facts facts) {}

  Path fetch(HubName requested) throws IOException {
    Path folder = cache.resolve(requested.repository().replace("/", "--") + hub.suffix());
    Path request = folder.resolve("requests").resolve(encoded(requested));
    if (Files.exists(request)) {
      Path known = folder.resolve(Files.readString(request).strip());
      if (Files.exists(known)) {
        listener.found("weights from the cache: " + known);
        return known;
      }
    }
    Optional<Path> elsewhere = downloadedBefore(requested);
    if (elsewhere.isPresent()) {
      listener.found("weights from the cache of huggingface_hub: " + elsewhere.get());
      return elsewhere.get();
    }
    if (hub.isOffline()) {
      throw new IOException(
          requested + " has not been downloaded before, and HF_HUB_OFFLINE disables downloads");
    }
    Path main = download(requested, folder);
    OutputFile.createFolder(request.getParent());
    OutputFile.write(request, folder.relativize(main).toString().getBytes(StandardCharsets.UTF_8));
    return main;
  }

  private static String encoded(HubName requested) {
    String file = requested.file().orElse("");
    return URLEncoder.encode(file + "@" + requested.revision(), StandardCharsets.UTF_8);
  }

  private Optional<Path> downloadedBefore(HubName requested) throws IOException {
    Path folder = hub.downloaded().resolve("models--" + requested.repository().replace("/", "--"));
    Path branch = folder.resolve("refs").resolve(requested.revision());
    String commit =
        Files.isRegularFile(branch) ? Files.readString(branch).strip() : requested.revision();
    Path snapshot = folder.resolve("snapshots").resolve(commit);
    for (String name : requested.file().map(List::of).orElse(USUAL)) {
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

  private Path download(HubName requested, Path folder) throws IOException {
    Found file = find(requested);
    String commit = file.facts().commit().orElse(requested.revision());
    Path snapshot = folder.resolve(URLEncoder.encode(commit, StandardCharsets.UTF_8));
    KeptFile main = new KeptFile(snapshot.resolve(file.name()));
    keep(main, file);
    for (String shard : CheckpointFormats.shards(main.path())) {
      int slash = file.name().lastIndexOf('/') + 1;
      String name = file.name().substring(0, slash) + shard;
      KeptFile kept = new KeptFile(snapshot.resolve(name));
      if (!kept.isThere()) {
        keep(kept, facts(requested.repository(), commit, name));
      }
    }
    listener.found(
        "weights of "
            + requested.repository()
            + " (commit "
            + commit.substring(0, Math.min(SHORT_COMMIT, commit.length()))
            + ") saved in "
            + main.path()
            + ", SHA-256 "
            + main.sha256());
    return main.path();
  }

  private void keep(KeptFile kept, Found file) throws IOException {
    if (!kept.isThere()) {
      kept.download(file.file(), file.facts().sha256(), listener);
    }
  }

  private Found facts(String repository, String revision, String name) throws IOException {
    HttpFile file = hub.file(repository, revision, name);
    return new Found(name, file, hub.facts(file));
  }

  /** Returns the requested file, by default the one that transformers would load. */
  private Found find(HubName requested) throws IOException {
    try {
      for (String name : requested.file().map(List::of).orElse(USUAL)) {
        try {
          return facts(requested.repository(), requested.revision(), name);
        } catch (HttpStatusException e) {
          if (e.status() != NOT_FOUND) {
            throw e;
          }
        }
      }
      List<String> all = hub.names(requested.repository(), requested.revision());
      List<String> checkpoints = all.stream().filter(CheckpointFormats::hasEnding).toList();
      if (requested.file().isEmpty() && checkpoints.size() == 1) {
        return facts(requested.repository(), requested.revision(), checkpoints.get(0));
      }
      throw new IOException(unclear(requested, checkpoints));
    } catch (HttpStatusException e) {
      throw new IOException(problem(requested, e), e);
    }
  }

  private static String unclear(HubName requested, List<String> checkpoints) {
    if (checkpoints.isEmpty()) {
      return requested + ": the repository does not contain a checkpoint";
    }
    String names = String.join(", ", checkpoints);
    return requested.file().isPresent()
        ? requested + ": the file does not exist; the repository contains " + names
        : requested
            + ": the repository contains several checkpoints, "
            + names
            + "; specify one: hf:"
            + requested.repository()
            + "/"
            + checkpoints.get(0);
  }

  private String problem(HubName requested, HttpStatusException e) {
    return switch (e.status()) {
      case 401, 403 ->
          requested
              + ": "
              + hub.endpoint()
              + " denied access: the repository does not exist, is private, or requires acceptance"
              + " of its terms. Set HF_TOKEN to a token of an account with access";
      case NOT_FOUND ->
          requested + ": the repository, revision or file does not exist at " + hub.endpoint();
      default -> requested + ": " + e.getMessage();
    };
  }
}
