package org.example.library;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.dovetail.Dovetail;
import dev.dovetail.DovetailModel;
import dev.dovetail.formats.image.BadImageException;
import dev.dovetail.images.ImageSource;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/**
 * An HTTP handler that receives an image and responds with the detected objects as JSON:
 *
 * <pre>{@code curl --data-binary @photo.jpg http://localhost:8080/predict}</pre>
 *
 * @param model the model, which is thread-safe and shared by all requests
 * @param mostBytes maximum number of bytes of a request
 * @param mostPixels maximum number of pixels of an image, whose file may be small
 */
public record HttpDetector(DovetailModel model, int mostBytes, long mostPixels)
    implements HttpHandler {

  private static final String PATH = "/predict";
  private static final int THREADS = 8;

  /**
   * @param args an exported {@code .onnx} file or a Hugging Face directory
   */
  public static void main(String[] args) throws IOException {
    DovetailModel model = Dovetail.model(args[0]).threads(1).open();
    start(new HttpDetector(model, 20_000_000, 50_000_000), 8080);
  }

  /** Starts a server that is reachable from this machine only; port 0 selects a free port. */
  static HttpServer start(HttpDetector detector, int port) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress("localhost", port), 0);
    server.createContext(PATH, detector);
    server.setExecutor(Executors.newFixedThreadPool(THREADS));
    server.start();
    return server;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!exchange.getRequestURI().getPath().equals(PATH)) {
        refuse(exchange, 404, "the only path is " + PATH);
      } else if (!exchange.getRequestMethod().equals("POST")) {
        exchange.getResponseHeaders().set("Allow", "POST");
        refuse(exchange, 405, "send the image as the body of a POST");
      } else {
        predict(exchange);
      }
    }
  }

  private void predict(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readNBytes(mostBytes + 1);
    if (body.length > mostBytes) {
      refuse(exchange, 413, "the image has more than " + mostBytes + " bytes");
      return;
    }
    String response;
    try {
      ImageSource image = ImageSource.of(body, "the image");
      if (image.size().pixels() > mostPixels) {
        refuse(exchange, 413, "the image has more than " + mostPixels + " pixels");
        return;
      }
      response = model.predict(image).toJson();
    } catch (BadImageException e) { // not an image, or a damaged one
      refuse(exchange, 400, e.getMessage());
      return;
    } catch (IllegalArgumentException e) { // a size that the model does not support
      refuse(exchange, 422, e.getMessage());
      return;
    } catch (IOException | RuntimeException e) { // not the client's fault
      System.err.println("cannot predict: " + e);
      refuse(exchange, 500, "the model failed");
      return;
    }
    answer(exchange, 200, response);
  }

  private static void refuse(HttpExchange exchange, int status, String reason) throws IOException {
    String text = reason.replaceAll("[\\\\\"]", "\\\\$0").replaceAll("\\p{Cntrl}", " ");
    answer(exchange, status, "{\"error\":\"" + text + "\"}");
  }

  private static void answer(HttpExchange exchange, int status, String json) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }
}
