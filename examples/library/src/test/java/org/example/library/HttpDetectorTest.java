package org.example.library;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.dovetail.DovetailModel;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class HttpDetectorTest {

  private static final int MOST_BYTES = 40_000;

  @TempDir private Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private DovetailModel model;
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    model = TinyModel.write(folder).open();
    server = HttpDetector.start(new HttpDetector(model, MOST_BYTES, 100_000), 0);
  }

  @AfterEach
  void stop() throws IOException {
    server.stop(0);
    ((ExecutorService) server.getExecutor()).shutdown();
    model.close();
  }

  private HttpRequest.Builder request(String path) {
    int port = server.getAddress().getPort();
    return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
  }

  private HttpRequest post(byte[] body) {
    return request("/predict").POST(BodyPublishers.ofByteArray(body)).build();
  }

  private void assertAnswer(int status, String words, HttpRequest request) throws Exception {
    HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
    assertEquals(status, answer.statusCode(), answer.body());
    assertEquals("application/json", answer.headers().firstValue("Content-Type").orElse(""));
    assertTrue(answer.body().startsWith("{\"error\":\""), answer.body());
    assertTrue(answer.body().contains(words), answer.body());
  }

  @Test
  void theResponseContainsTheDetectedObjects() throws Exception {
    Path image = TinyModel.picture(folder.resolve("a.png"), 1, 40, 60);
    HttpResponse<String> answer =
        client.send(post(Files.readAllBytes(image)), BodyHandlers.ofString());
    assertEquals(200, answer.statusCode());
    assertEquals("application/json", answer.headers().firstValue("Content-Type").orElse(""));
    assertEquals(model.predict(image).toJson(), answer.body());
  }

  @Test
  void concurrentRequestsGetTheirOwnResponses() throws Exception {
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Path image = TinyModel.picture(folder.resolve(i + ".png"), i, 40 + i % 3 * 20, 60);
      expected.add(model.predict(image).toJson());
      answers.add(client.sendAsync(post(Files.readAllBytes(image)), BodyHandlers.ofString()));
    }
    for (int i = 0; i < answers.size(); i++) {
      assertEquals(expected.get(i), answers.get(i).get().body());
    }
  }

  @Test
  void unusableImagesAreRejected() throws Exception {
    byte[] image = Files.readAllBytes(TinyModel.picture(folder.resolve("a.png"), 1, 40, 60));
    assertAnswer(400, "the image", post(new byte[0]));
    assertAnswer(400, "the image", post("no \"image\"\n".getBytes("UTF-8")));
    assertAnswer(400, "the image", post(java.util.Arrays.copyOf(image, image.length / 2)));
    assertAnswer(413, "more than 40000 bytes", post(new byte[MOST_BYTES + 1]));
    Path large = TinyModel.picture(folder.resolve("large.png"), 1, 400, 400);
    assertAnswer(413, "more than 100000 pixels", post(Files.readAllBytes(large)));
    Path line = TinyModel.picture(folder.resolve("line.png"), 1, 1, 1000);
    assertAnswer(422, "too elongated", post(Files.readAllBytes(line)));
  }

  @Test
  void otherRequestsAreRejected() throws Exception {
    assertAnswer(405, "POST", request("/predict").GET().build());
    assertAnswer(405, "POST", request("/predict").DELETE().build());
    assertAnswer(404, "/predict", request("/predictions").GET().build());
  }

  @Test
  void aFailureOfTheModelIsNotTheClientsFault() throws Exception {
    Path image = TinyModel.picture(folder.resolve("a.png"), 1, 40, 60);
    model.close();
    assertAnswer(500, "the model failed", post(Files.readAllBytes(image)));
  }
}
