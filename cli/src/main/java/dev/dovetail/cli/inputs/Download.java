package dev.dovetail.cli.inputs;

import dev.dovetail.cli.console.ConsoleProgress;
import dev.dovetail.internal.Version;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/**
 * Copies what a user named by a URL into a file. At most five redirects are followed, none from
 * {@code https} to {@code http}.
 */
final class Download {

  static final int MEGABYTE = 1_000_000;

  private static final Duration CONNECT = Duration.ofSeconds(20);
  private static final int OK = 200;
  private static final int REDIRECT = 300;
  private static final int CLIENT_ERROR = 400;
  private static final int SERVER_ERROR = 500;

  /** From so many bytes on it is shown how many have come. */
  private static final long SHOWN = 5L * MEGABYTE;

  private static final String OFFLINE = "is this machine connected to a network?";

  private final Limits limits;
  private final ConsoleProgress progress;
  private final HttpClient client;

  /**
   * What is too much.
   *
   * @param bytes the most bytes of one file
   * @param time the longest that one file may take
   */
  record Limits(long bytes, Duration time) {}

  Download(Limits limits, ConsoleProgress progress) {
    this.limits = limits;
    this.progress = progress;
    this.client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(CONNECT)
            .build();
  }

  /**
   * Downloads a file.
   *
   * @return the media type, such as {@code image/jpeg}; empty if the server does not say
   * @throws IOException if it cannot be had, in a sentence that begins with the URL
   */
  String to(URI url, Path file) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url.toASCIIString()))
            .timeout(limits.time())
            .header("User-Agent", "dovetail/" + Version.dovetail())
            .build();
    CompletableFuture<HttpResponse<Path>> response = client.sendAsync(request, content(url, file));
    try {
      return mediaType(response.get(limits.time().toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      response.cancel(true);
      throw new IOException(url + " " + tooLong(), e);
    } catch (ExecutionException e) {
      throw failure(url, e.getCause());
    } catch (InterruptedException e) {
      response.cancel(true);
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("the download was interrupted").initCause(e);
    } finally {
      progress.close();
    }
  }

  private static String mediaType(HttpResponse<Path> response) {
    String header = response.headers().firstValue("Content-Type").orElse("");
    return header.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }

  private String tooLong() {
    return "takes longer than "
        + limits.time().toSeconds()
        + " s; --download-timeout allows for more";
  }

  /** A refusal of ours, in a sentence of its own. */
  private static final class Refused extends IOException {

    private static final long serialVersionUID = 1L;

    Refused(String reason) {
      super(reason);
    }
  }

  private BodyHandler<Path> content(URI url, Path file) {
    return info -> {
      String refusal = refusal(info);
      if (!refusal.isEmpty()) {
        return refused(refusal);
      }
      long length = info.headers().firstValueAsLong("Content-Length").orElse(0);
      if (length > limits.bytes()) {
        return refused(tooLarge("is " + megabytes(length)));
      }
      if (length > SHOWN) {
        progress.say("dovetail: downloading " + url + ", " + megabytes(length));
        progress.start((int) (length / MEGABYTE), 0);
      }
      return new Bounded(BodySubscribers.ofFile(file), length > SHOWN);
    };
  }

  private static BodySubscriber<Path> refused(String reason) {
    return BodySubscribers.mapping(
        BodySubscribers.discarding(),
        nothing -> {
          throw new UncheckedIOException(new Refused(reason));
        });
  }

  private String tooLarge(String how) {
    return how
        + ", and at most "
        + megabytes(limits.bytes())
        + " are downloaded; --max-download allows for more";
  }

  private static String megabytes(long bytes) {
    return Math.round((double) bytes / MEGABYTE) + " MB";
  }

  private static String refusal(ResponseInfo info) {
    int status = info.statusCode();
    if (status == 404 || status == 410) {
      return "does not exist on the server (" + status + ")";
    }
    if (status == 401 || status == 403 || status == 407) {
      return "is not open to everybody: the server refuses it (" + status + ")";
    }
    if (status >= SERVER_ERROR) {
      return "cannot be had now: the server has an error (" + status + "); try again later";
    }
    if (status >= CLIENT_ERROR) {
      return "cannot be had: the server refuses the request (" + status + ")";
    }
    if (status >= REDIRECT) {
      return "leads on (" + status + ") more often than 5 times, or to what is not secure";
    }
    String type = info.headers().firstValue("Content-Type").orElse("");
    if (status == OK && type.startsWith("text/html")) {
      return "is a web page, not an image or a video; copy the address of the image itself";
    }
    return status == OK ? "" : "is not sent (" + status + ")";
  }

  private IOException failure(URI url, Throwable thrown) {
    List<Throwable> chain = Stream.iterate(thrown, e -> e != null, Throwable::getCause).toList();
    return new IOException(url + " " + sentence(url.getHost(), thrown, chain), thrown);
  }

  private String sentence(String host, Throwable thrown, List<Throwable> chain) {
    Optional<Refused> refusal = first(Refused.class, chain);
    if (refusal.isPresent()) {
      return refusal.get().getMessage();
    }
    if (first(HttpTimeoutException.class, chain).isPresent()) {
      return tooLong();
    }
    if (first(UnresolvedAddressException.class, chain).isPresent()) {
      return "cannot be had: the name " + host + " is not known here; " + OFFLINE;
    }
    if (first(ConnectException.class, chain).isPresent()) {
      return "cannot be had: " + host + " does not take the connection; " + OFFLINE;
    }
    Optional<SSLException> insecure = first(SSLException.class, chain);
    if (insecure.isPresent()) {
      return "cannot be had over a secure connection" + said(insecure.get());
    }
    return "cannot be had: the connection broke" + said(thrown);
  }

  private static <E extends Throwable> Optional<E> first(Class<E> kind, List<Throwable> chain) {
    return chain.stream().filter(kind::isInstance).map(kind::cast).findFirst();
  }

  private static String said(Throwable e) {
    return e.getMessage() == null ? "" : " (" + e.getMessage() + ")";
  }

  /** Ends a download that becomes too large, whatever the server promised. */
  private final class Bounded implements BodySubscriber<Path> {

    private final BodySubscriber<Path> file;
    private final boolean shown;
    private Flow.Subscription subscription;
    private long received;

    Bounded(BodySubscriber<Path> file, boolean shown) {
      this.file = file;
      this.shown = shown;
    }

    @Override
    public CompletionStage<Path> getBody() {
      return file.getBody();
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      this.subscription = subscription;
      file.onSubscribe(subscription);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
      long before = received;
      received += buffers.stream().mapToLong(ByteBuffer::remaining).sum();
      if (received > limits.bytes()) {
        subscription.cancel();
        file.onError(new Refused(tooLarge("is larger than it may be")));
        return;
      }
      file.onNext(buffers);
      for (long step = before / MEGABYTE; shown && step < received / MEGABYTE; step++) {
        progress.step();
      }
    }

    @Override
    public void onError(Throwable e) {
      file.onError(e);
    }

    @Override
    public void onComplete() {
      file.onComplete();
    }
  }
}
