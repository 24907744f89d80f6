package dev.dovetail.models.remote;

import dev.dovetail.files.HttpFile;
import dev.dovetail.natives.CacheFolder;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Weights that lie elsewhere: {@code https://…} for a file on a web server, {@code hf:OWNER/NAME}
 * for a repository of Hugging Face's hub. They are downloaded into the cache folder when they are
 * first asked for; later calls need no network.
 */
public final class RemoteWeights {

  private static final String HUB = "hf:";
  private static final Pattern FRAGMENT = Pattern.compile("sha256=([0-9a-fA-F]{64})");

  /** What torchvision's and OpenMMLab's names end with: the first digits of the file's SHA-256. */
  private static final Pattern HASH_IN_NAME =
      Pattern.compile("-(?=[0-9]*[a-f])([0-9a-f]{8,64})\\.[a-z.]+$");

  /** Is told what happens. */
  public interface Listener {

    /**
     * A file that is not in the cache is about to be downloaded.
     *
     * @param file its address
     * @return takes how far it is
     */
    HttpFile.Listener downloading(String file);

    /**
     * Where the weights are.
     *
     * @param sentence for the user
     */
    void found(String sentence);
  }

  private final Path cache;
  private final Map<String, String> environment;

  RemoteWeights(Path cache, Map<String, String> environment) {
    this.cache = cache;
    this.environment = environment;
  }

  /** {@return those that are kept in the usual cache folder} */
  public static RemoteWeights standard() {
    return new RemoteWeights(CacheFolder.standard(), System.getenv());
  }

  /**
   * {@return whether a name is the address of weights, and not a file's}
   *
   * @param name what a user wrote
   */
  public static boolean is(String name) {
    return name.startsWith(HUB) || HttpFile.isUrl(name);
  }

  /**
   * {@return the weights as a file: a checkpoint, or the index of one in several files}
   *
   * @param name {@code hf:OWNER/NAME}, with {@code /FILE} and {@code @REVISION} where it is not the
   *     usual file of the branch {@code main}; or a URL, with {@code #sha256=…} to be checked
   * @param listener is told what happens
   * @throws IllegalArgumentException if the name has another form
   * @throws IOException if the weights are not in the cache and cannot be downloaded, or are not
   *     those that were meant
   */
  public Path fetch(String name, Listener listener) throws IOException {
    try {
      return name.startsWith(HUB)
          ? new HubWeights(cache.resolve("hub"), new Hub(environment), listener)
              .fetch(HubName.parse(name))
          : url(name, listener);
    } catch (IOException e) {
      Throwable reason = e.getCause();
      if (reason instanceof UnknownHostException
          || reason instanceof SocketException
          || reason instanceof SocketTimeoutException) {
        throw new IOException(
            e.getMessage() + ". Without a network, give the path of a file that is here.", e);
      }
      throw e;
    }
  }

  private Path url(String name, Listener listener) throws IOException {
    int hash = name.indexOf('#');
    HttpFile file = HttpFile.of(hash < 0 ? name : name.substring(0, hash));
    String path = file.uri().getPath();
    String last = path.substring(path.lastIndexOf('/') + 1).replaceAll("[^A-Za-z0-9._-]", "_");
    if (last.replace(".", "").isEmpty()) {
      throw new IllegalArgumentException(name + " names no file; expected one such as …/model.pth");
    }
    Optional<String> expected =
        hash < 0 ? digits(HASH_IN_NAME, last) : Optional.of(checksum(name, hash + 1));
    String folder = Checksum.of(file.uri().toString()).substring(0, Checksum.SHORT);
    KeptFile kept = new KeptFile(cache.resolve("downloads").resolve(folder).resolve(last));
    if (kept.isThere()) {
      kept.require(expected);
      listener.found("weights from the cache: " + kept.path());
    } else {
      kept.download(file, expected, listener);
      listener.found("weights kept in " + kept.path() + ", SHA-256 " + kept.sha256());
    }
    return kept.path();
  }

  private static String checksum(String name, int from) {
    return digits(FRAGMENT, name.substring(from))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    name + ": expected #sha256= and 64 hexadecimal digits, or nothing"));
  }

  private static Optional<String> digits(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    boolean found = pattern == FRAGMENT ? matcher.matches() : matcher.find();
    return found ? Optional.of(matcher.group(1).toLowerCase(Locale.ROOT)) : Optional.empty();
  }
}
