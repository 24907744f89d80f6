package dev.dovetail.models.remote;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.files.HttpFile;
import dev.dovetail.weights.Checkpoint;
import dev.dovetail.weights.formats.Safetensors;
import dev.dovetail.weights.tensors.ArrayTensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Downloads weights from a local hub and local web servers. */
class RemoteWeightsTest {

  private static final String MODEL = "hf:some/model";
  private static final int BYTES = 300_000;

  @TempDir private Path folder;

  private FakeHub hub;
  private final Map<String, String> environment = new HashMap<>();
  private final List<String> said = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    hub = new FakeHub();
    environment.put("HF_ENDPOINT", hub.endpoint() + "/");
    environment.put("HF_HOME", folder.resolve("hf").toString());
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private Path fetch(String name) throws IOException {
    return new RemoteWeights(folder.resolve("cache"), environment)
        .fetch(
            name,
            new RemoteWeights.Listener() {
              @Override
              public HttpFile.Listener downloading(String file) {
                said.add(file);
                return (done, total) -> {};
              }

              @Override
              public void found(String sentence) {
                said.add(sentence);
              }
            });
  }

  private String refused(String name) {
    return assertThrows(IOException.class, () -> fetch(name)).getMessage();
  }

  private byte[] noise(long seed) {
    byte[] bytes = new byte[BYTES];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private byte[] tensors(String... names) throws IOException {
    Path file = folder.resolve("made.safetensors");
    List<ArrayTensor> tensors = new ArrayList<>();
    for (String name : names) {
      tensors.add(ArrayTensor.of(name, new float[] {1, 2, 3}, 3));
    }
    Safetensors.write(file, tensors, Map.of());
    return Files.readAllBytes(file);
  }

  @Test
  void aRepositoryIsDownloadedOnlyOnce() throws IOException {
    hub.files.put("pytorch_model.bin", noise(1));
    hub.files.put("model.safetensors", noise(2));
    Path file = fetch(MODEL);
    assertArrayEquals(noise(2), Files.readAllBytes(file));
    assertTrue(file.endsWith(FakeHub.COMMIT + "/model.safetensors"), file.toString());
    assertTrue(said.get(1).contains("SHA-256 " + FakeHub.sha256(noise(2))), said.toString());
    hub.close();
    assertEquals(file, fetch(MODEL));
    assertTrue(said.get(2).startsWith("weights from the cache"), said.toString());
  }

  @Test
  void anIndexDownloadsAllShardsAndOpensAsOneCheckpoint() throws IOException {
    hub.files.put("model-1-of-2.safetensors", tensors("a", "b"));
    hub.files.put("model-2-of-2.safetensors", tensors("c"));
    hub.files.put(
        "model.safetensors.index.json",
        ("{\"weight_map\": {\"a\": \"model-1-of-2.safetensors\", \"b\":"
                + " \"model-1-of-2.safetensors\", \"c\": \"model-2-of-2.safetensors\"}}")
            .getBytes(StandardCharsets.UTF_8));
    try (Checkpoint checkpoint = Checkpoint.open(fetch(MODEL))) {
      assertEquals(Set.of("a", "b", "c"), checkpoint.tensors().keySet());
    }
    assertTrue(
        hub.requests.contains(
            "HEAD /some/model/resolve/" + FakeHub.COMMIT + "/model-2-of-2.safetensors"),
        "shards are of the index's commit: " + hub.requests);
  }

  @Test
  void aWebPageIsNotKept() throws IOException {
    byte[] page = "\n<!DOCTYPE html><html>gone</html>".getBytes(StandardCharsets.UTF_8);
    hub.files.put("model.safetensors", page);
    assertTrue(refused(MODEL).contains("is a web page, not a checkpoint"));
    hub.files.put("model.safetensors", noise(4));
    assertArrayEquals(noise(4), Files.readAllBytes(fetch(MODEL)));
  }

  @Test
  void anIndexWithFilesOutsideItsFolderIsRejected() {
    hub.files.put(
        "model.safetensors.index.json",
        "{\"weight_map\": {\"a\": \"../../evil\"}}".getBytes(StandardCharsets.UTF_8));
    assertTrue(refused(MODEL).contains("expected the name of a file next to the index"));
  }

  @Test
  void aSingleCheckpointIsUsedWhateverItsName() throws IOException {
    hub.files.put("README.md", new byte[] {1});
    hub.files.put("sub/best.pth", noise(3));
    assertArrayEquals(noise(3), Files.readAllBytes(fetch(MODEL)));
    hub.files.put("other.pth", noise(4));
    String revision = refused(MODEL + "@none");
    assertTrue(revision.contains("repository, revision or file does not exist"), revision);
    assertArrayEquals(noise(4), Files.readAllBytes(fetch(MODEL + "/other.pth@main")));
    String missing = refused(MODEL + "/none.pth");
    assertTrue(missing.contains("the repository contains sub/best.pth, other.pth"), missing);
  }

  @Test
  void severalCheckpointsAreNamed() {
    hub.files.put("a.pth", noise(3));
    hub.files.put("b.pth", noise(4));
    String message = refused(MODEL);
    assertTrue(message.contains("a.pth, b.pth; specify one: hf:some/model/a.pth"), message);
  }

  @Test
  void theTokenIsSentOnlyToTheHubAndItsAbsenceIsExplained() throws IOException {
    hub.files.put("model.safetensors", noise(5));
    hub.requiredToken = "secret";
    String message = refused(MODEL);
    assertTrue(message.contains("Set HF_TOKEN"), message);
    environment.put("HF_TOKEN", "secret\n");
    fetch(MODEL);
    assertEquals("Bearer secret", hub.hubSaw);
    assertEquals("null", hub.contentSaw);
  }

  @Test
  void theTokenOfALoginIsUsedUnlessDisabled() throws IOException {
    hub.files.put("model.safetensors", noise(5));
    hub.requiredToken = "from file";
    Path file = Files.createDirectories(folder.resolve("hf")).resolve("token");
    Files.writeString(file, "from file");
    environment.put("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1");
    assertTrue(refused(MODEL).contains("Set HF_TOKEN"));
    environment.remove("HF_HUB_DISABLE_IMPLICIT_TOKEN");
    fetch(MODEL);
  }

  @Test
  void downloadsOfHuggingFacesLibraryAreUsedInPlace() throws IOException {
    Path repository = folder.resolve("hf/hub/models--some--model");
    Files.createDirectories(repository.resolve("refs"));
    Files.writeString(repository.resolve("refs/main"), FakeHub.COMMIT);
    Path snapshot = Files.createDirectories(repository.resolve("snapshots/" + FakeHub.COMMIT));
    Path file = Files.write(snapshot.resolve("model.safetensors"), noise(6));
    assertEquals(file, fetch(MODEL));
    assertEquals(file, fetch(MODEL + "@" + FakeHub.COMMIT));
    assertEquals(List.of(), hub.requests);
  }

  @Test
  void offlineModeIsReported() {
    environment.put("HF_HUB_OFFLINE", "1");
    assertTrue(refused(MODEL).contains("HF_HUB_OFFLINE disables"));
    environment.remove("HF_HUB_OFFLINE");
    hub.close();
    String message = refused(MODEL);
    assertTrue(message.contains("cannot connect to localhost:"), message);
    environment.put("HF_ENDPOINT", "http://no-such-host.invalid");
    message = refused(MODEL);
    assertTrue(message.contains("no-such-host.invalid cannot be found"), message);
  }

  @Test
  void anInterruptedDownloadIsResumed() throws IOException {
    hub.files.put("model.safetensors", noise(7));
    hub.breaksAfter = 100_000;
    String message = refused(MODEL);
    assertTrue(message.contains("the connection was lost"), message);
    assertTrue(message.contains("run the same command again to resume"), message);
    assertArrayEquals(noise(7), Files.readAllBytes(fetch(MODEL)));
    String last = hub.requests.get(hub.requests.size() - 1);
    assertEquals("GET /model.safetensors bytes=100000-", last);
  }

  @Test
  void aFileThatChangedDuringADownloadIsDownloadedAgain() throws IOException {
    String url = hub.content("net.pth");
    hub.files.put("net.pth", noise(7));
    hub.breaksAfter = 100_000;
    refused(url);
    hub.files.put("net.pth", noise(8));
    assertArrayEquals(noise(8), Files.readAllBytes(fetch(url)));
  }

  @Test
  void aChecksumOfTheUrlOrOfTheNameIsChecked() throws IOException {
    hub.files.put("net.pth", noise(9));
    String url = hub.content("net.pth");
    String wrong = "0".repeat(64);
    String message = refused(url + "#sha256=" + wrong);
    assertTrue(message.contains("expected " + wrong), message);
    assertFalse(holdsFiles("net.pth"), "it is not kept");
    String right = FakeHub.sha256(noise(9));
    Path kept = fetch(url + "#sha256=" + right);
    assertEquals(kept, fetch(url));
    assertTrue(refused(url + "#sha256=" + wrong).contains("has the SHA-256 " + right));

    String named = "net-" + right.substring(0, 8) + ".pth";
    hub.files.put(named, noise(9));
    hub.files.put("net-abcdef01.pth", noise(9));
    fetch(hub.content(named));
    assertTrue(refused(hub.content("net-abcdef01.pth")).contains("expected abcdef01"));
    hub.files.put("net-20240101.pth", noise(9));
    fetch(hub.content("net-20240101.pth"));
  }

  private boolean holdsFiles(String ending) throws IOException {
    try (Stream<Path> all = Files.walk(folder.resolve("cache"))) {
      return all.anyMatch(p -> p.getFileName().toString().equals(ending));
    }
  }

  @Test
  void aMissingFileIsReported() {
    assertTrue(refused(hub.content("none.pth")).contains("responds with 404 (not found)"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hf:",
        "hf:model",
        "hf:a/..",
        "hf:../a",
        "hf:a/b/../c",
        "hf:a/b@",
        "hf:a/b/",
        "https://",
        "https://host/",
        "http://host/a#sha256=12",
        "https:///a"
      })
  void aWrongAddressIsRejectedBeforeAnyRequest(String name) {
    assertTrue(RemoteWeights.is(name));
    assertThrows(IllegalArgumentException.class, () -> fetch(name), name);
  }
}
