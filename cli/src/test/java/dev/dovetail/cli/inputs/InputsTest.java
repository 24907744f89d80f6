package dev.dovetail.cli.inputs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.dovetail.cli.console.ConsoleProgress;
import dev.dovetail.cli.console.UsageException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists, directories, the standard input, and URLs of a server in this process. */
class InputsTest {

  private static final long MEGABYTE = 1_000_000;
  private static final byte[] PICTURE = {1, 2, 3};
  private static final byte[] FILM = "\0\0\0\40ftypisom".getBytes(StandardCharsets.ISO_8859_1);
  private static final byte[] PAGE = "\n<!DOCTYPE html><html>".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path folder;
  private Path photos;
  private Path out;
  private HttpServer server;
  private ExecutorService workers;
  private final StringWriter said = new StringWriter();
  private Inputs last;

  @BeforeEach
  void write() throws IOException {
    photos = folder.resolve("photos");
    out = folder.resolve("out");
    Files.createDirectories(photos.resolve("deep"));
    Files.write(photos.resolve("a b.png"), PICTURE);
    Files.write(photos.resolve("deep/c.jpg"), PICTURE);
    Files.write(photos.resolve("deep/clip.MP4"), PICTURE);
    Files.writeString(photos.resolve("notes.txt"), "no image");
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.stop(0);
      workers.shutdownNow();
    }
  }

  private List<Input> find(long seconds, Object... words) throws IOException {
    List<String> texts = Stream.of(words).map(Object::toString).toList();
    Download.Limits limits = new Download.Limits(MEGABYTE, Duration.ofSeconds(seconds));
    last = Inputs.find(texts, out, limits, ConsoleProgress.of(new PrintWriter(said), "MB"));
    try (Inputs inputs = last) {
      inputs.fetch();
      for (Input input : inputs.all()) {
        byte[] expected = input.name().contains("/film") ? FILM : PICTURE;
        assertArrayEquals(expected, Files.readAllBytes(input.file()), input.name());
      }
      return inputs.all();
    }
  }

  private List<String> found(Object... words) throws IOException {
    return find(60, words).stream().map(Input::name).toList();
  }

  private void refused(String sentence, Object... words) {
    UsageException e = assertThrows(UsageException.class, () -> found(words));
    assertTrue(e.getMessage().contains(sentence), e.getMessage());
  }

  private void failed(String sentence, long seconds, String url) throws IOException {
    assertEquals(List.of(), find(seconds, url));
    assertTrue(last.failures().get(0).startsWith(url + ": " + sentence), last.failures().get(0));
  }

  private List<String> named(String... names) {
    return List.of(names).stream().map(name -> photos.resolve(name).toString()).toList();
  }

  private Path list(String text) throws IOException {
    return Files.writeString(folder.resolve("list.txt"), text);
  }

  @Test
  void foldersContainImagesAndVideosAlsoInSubfolders() throws IOException {
    assertEquals(named("a b.png", "deep/c.jpg", "deep/clip.MP4"), found(photos));
    assertEquals(
        List.of(Input.Kind.IMAGE, Input.Kind.IMAGE, Input.Kind.VIDEO),
        find(60, photos).stream().map(Input::kind).toList());
    assertEquals(List.of("a b", "c", "clip"), last.names());
    assertEquals(named("deep/clip.MP4", "a b.png"), found(photos + "/**/*.MP4", photos + "/*"));
    Path empty = Files.createDirectories(folder.resolve("empty"));
    refused("no images or videos in the directory " + empty + " or its subdirectories", empty);
  }

  @Test
  void aListContainsOneInputPerLine() throws IOException {
    Path list = list("# of today\n\n  " + photos + "/a b.png  \r\n" + photos + "/deep\n");
    assertEquals(named("a b.png", "deep/c.jpg", "deep/clip.MP4"), found("@" + list));
    assertEquals(
        named("deep/c.jpg", "a b.png", "deep/clip.MP4"),
        found(photos.resolve("deep/c.jpg"), "@" + list));
  }

  @Test
  void namesInAListMayBeRelativeToTheList() throws IOException {
    Path list = list("photos/a b.png\nphotos/*/*.jpg\n");
    assertEquals(named("a b.png", "deep/c.jpg"), found("@" + list));
  }

  @Test
  void errorsInAListAreReportedWithTheirLine() throws IOException {
    Path list = list("photos\n\nphotos/z.png\n");
    refused(list + ", line 3: no such file: photos/z.png", "@" + list);
    list("photos\nftp://example.org/a.png\n");
    refused(list + ", line 2: ftp://example.org/a.png: only http://", "@" + list);
    list("# nothing\n");
    refused("the list " + list + " is empty", "@" + list);
    refused("no such list of inputs: " + list + "2", "@" + list + "2");
    refused("@: expected the file name of a list of inputs after it", "@");
    refused("is a directory, not a list", "@" + photos);
    Files.write(list, new byte[] {(byte) 0xff, 1, 2});
    IOException e = assertThrows(IOException.class, () -> found("@" + list));
    assertTrue(e.getMessage().contains(list + " is not a text file"), e.getMessage());
  }

  @Test
  void resultsAreNotInputsOfTheNextRun() throws IOException {
    out = photos.resolve("found");
    Path old = Files.write(Files.createDirectories(out).resolve("old.jpg"), PICTURE);
    List<String> others = named("a b.png", "deep/c.jpg", "deep/clip.MP4");
    assertEquals(others, found(photos));
    assertTrue(said.toString().contains("found, the output directory, is not searched"));
    assertEquals(others, found(photos + "/**"));
    assertEquals(List.of(old.toString()), found(old));
    assertEquals(List.of(old.toString()), found(out));
  }

  @Test
  void aMissingFileIsReportedWithASuggestion() {
    refused("no such file: " + photos + "/a c.png (did you mean", photos + "/a c.png");
    refused("no such file: 0; specify a webcam by its device file: /dev/video0", "0");
    refused("an input is empty", "");
    refused("is not a valid file name", "a\0.png");
  }

  @Test
  void theStandardInputCanBeOneImage() throws IOException {
    InputStream before = System.in;
    try {
      System.setIn(new ByteArrayInputStream(PICTURE));
      assertEquals(List.of("-"), found("-", "-"));
      assertEquals(List.of("stdin"), last.names());
    } finally {
      System.setIn(before);
    }
  }

  private String serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    workers = Executors.newCachedThreadPool();
    server.setExecutor(workers);
    server.createContext("/a b.png", exchange -> answer(exchange, 200, "image/png", PICTURE));
    server.createContext("/film", exchange -> answer(exchange, 200, "image/png", FILM));
    server.createContext("/clip.webm", e -> answer(e, 200, "binary/octet-stream", PICTURE));
    server.createContext("/page", e -> answer(e, 200, "text/html", PAGE));
    server.createContext("/broken", e -> answer(e, 500, "text/plain", new byte[9]));
    server.createContext("/closed", e -> answer(e, 403, "text/plain", new byte[9]));
    server.createContext("/large", e -> answer(e, 200, "image/png", new byte[1_700_000]));
    server.createContext("/slow", e -> endless(e, 1));
    server.createContext("/moved", e -> redirect(e, "/a%20b.png"));
    server.createContext("/circle", e -> redirect(e, "/circle"));
    server.createContext("/cut", InputsTest::cut);
    server.createContext("/endless", e -> endless(e, 100_000));
    server.start();
    return "http://localhost:" + server.getAddress().getPort();
  }

  private static void answer(HttpExchange exchange, int status, String type, byte[] content)
      throws IOException {
    boolean known = !exchange.getRequestURI().getPath().endsWith("none");
    exchange.getResponseHeaders().add("Content-Type", type);
    exchange.sendResponseHeaders(known ? status : 404, content.length);
    exchange.getResponseBody().write(content);
    exchange.close();
  }

  private static void redirect(HttpExchange exchange, String place) throws IOException {
    exchange.getResponseHeaders().add("Location", place);
    exchange.sendResponseHeaders(302, -1);
    exchange.close();
  }

  /** Announces more bytes than it sends. */
  private static void cut(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 1000);
    exchange.getResponseBody().write(1);
    exchange.getResponseBody().flush();
    try {
      exchange.close();
    } catch (IllegalStateException e) {
      // This is intended.
    }
  }

  /** Does not announce the length, and sends this many bytes at a time. */
  private static void endless(HttpExchange exchange, int bytes) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    try {
      while (true) {
        exchange.getResponseBody().write(new byte[bytes]);
        exchange.getResponseBody().flush();
        Thread.sleep(20);
      }
    } catch (IOException | InterruptedException e) {
      exchange.close();
    }
  }

  @Test
  void imagesAndVideosAreDownloadedFromUrls() throws IOException {
    String root = serve();
    String query = root + "/a%20b.png?size=large&x=1*";
    List<Input> inputs =
        find(60, query, root + "/moved", query, root + "/film", root + "/clip.webm");
    assertEquals(
        List.of(query, root + "/moved", root + "/film", root + "/clip.webm"),
        inputs.stream().map(Input::name).toList());
    assertEquals(List.of("a b", "moved", "film", "clip"), last.names());
    assertEquals(
        List.of(Input.Kind.IMAGE, Input.Kind.IMAGE, Input.Kind.VIDEO, Input.Kind.VIDEO),
        inputs.stream().map(Input::kind).toList());
    assertEquals(List.of(), last.failures());
    inputs.forEach(input -> assertFalse(Files.exists(input.file()), "copies are deleted"));
    assertEquals("", said.toString());
  }

  @Test
  void aNameInAUrlIsNotAPath() throws IOException {
    String root = serve();
    find(60, root + "/film/..%2F..%2Fetc%3Apasswd", root + "/film/" + "x".repeat(300) + ".png");
    assertEquals(List.of("etc_passwd", "x".repeat(96)), last.names());
  }

  @Test
  void failedDownloadsAreReportedAndTheOthersAreUsed() throws IOException {
    String root = serve();
    failed("the server responds with 404 (not found)", 60, root + "/a%20b.png/none");
    failed("this is a web page; copy the address", 60, root + "/page");
    failed("the server responds with 500 (server error", 60, root + "/broken");
    failed("the server responds with 403 (permission denied)", 60, root + "/closed");
    failed("redirected more than 10 times", 60, root + "/circle");
    failed("the connection was lost", 60, root + "/cut");
    assertEquals(named("a b.png"), found(root + "/broken", photos.resolve("a b.png")));
    assertEquals(1, last.failures().size());
  }

  @Test
  void sizeAndTimeOfDownloadsAreLimited() throws IOException {
    String root = serve();
    String more = ", but the limit is 1 MB; raise it with --max-download";
    failed("2 MB" + more, 60, root + "/large");
    failed("more than 1 MB" + more, 60, root + "/endless");
    failed("took more than 1 s; raise the limit with --download-timeout", 1, root + "/slow");
  }

  @Test
  void unreachableServersAndInvalidUrlsAreReported() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    failed("cannot connect to localhost:" + free, 60, "http://localhost:" + free + "/a.png");
    String name = "a-name-that-is-longer-than-any-name-of-a-machine-on-a-network-can-be.invalid";
    failed(
        "the host " + name + " cannot be found (is this machine online?)",
        60,
        "http://" + name + "/a");
    refused("only http:// and https:// URLs are supported", "rtsp://cam/1");
    refused("this is not a valid URL: Illegal character", "http://host/a b.png");
    refused("(write a space as %20)", "http://host/a b.png");
    refused("this URL has no host", "http:///a.png");
    refused("this is not a valid URL", "http://");
  }

  @Test
  void nothingIsDownloadedAfterAUsageError() throws IOException {
    refused("no such file", serve() + "/slow", photos.resolve("none.png"));
  }
}
