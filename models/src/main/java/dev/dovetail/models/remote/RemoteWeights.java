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
 * Remote weights: {@code https://…} for a file on a web server, {@code hf:OWNER/NAME} for a
 * repository of the Hugging Face Hub. They are downloaded to the cache directory on first use;
 * later calls do not need the network.
 */
public final class RemoteWeights {

  private static final String HUB = "hf:";
  private static final Pattern FRAGMENT = Pattern.compile("sha256=([0-9a-fA-F]{64})");

  /**
   * The suffix of torchvision's and OpenMMLab's file names: the first digits of the file's SHA-256.
   */
  private static final Pattern HASH_IN_NAME =
      Pattern.compile("-(?=[0-9]*[a-f])([0-9a-f]{8,64})\\.[a-z.]+$");

  /** A listener for downloads. */
  public interface Listener {

    /**
     * Called before a file is downloaded.
     *
     * @param file address of the file
     * @return the listener for the progress
     */
    HttpFile.Listener downloading(String file);

    /**
     * Called with the location of the weights.
     *
     * @param sentence message for the user
     */
    void found(String sentence);
  }

  private final Path cache;
  private final Map<String, String> environment;

  RemoteWeights(Path cache, Map<String, String> environment) {
    this.cache = cache;
    this.environment = environment;
  }

  /** {@return remote weights in the default cache directory} */
  public static RemoteWeights standard() {
    return new RemoteWeights(CacheFolder.standard(), System.getenv());
  }

  /**
   * {@return whether a name is an address of remote weights instead of a file}
   *
   * @param name text that a user entered
   */
  public static boolean is(String name) {
    return name.startsWith(HUB) || HttpFile.isUrl(name);
  }

  /**
   * {@return the weights as a file: a checkpoint or the index of a sharded one}
   *
   * @param name {@code hf:OWNER/NAME}, optionally with {@code /FILE} and {@code @REVISION} if it is
   *     not the default file of the branch {@code main}; or a URL, optionally with {@code
   *     #sha256=…} to verify the file
   * @param listener the listener for downloads
   * @throws IllegalArgumentException if the name has another format
   * @throws IOException if the weights are not in the cache and cannot be downloaded, or have
   *     another checksum
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
            e.getMessage() + ". Without a network, specify the path of a local file.", e);
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
      throw new IllegalArgumentException(
          name + " does not end with a file name such as …/model.pth");
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
      listener.found("weights saved in " + kept.path() + ", SHA-256 " + kept.sha256());
    }
    return kept.path();
  }

  private static String checksum(String name, int from) {
    return digits(FRAGMENT, name.substring(from))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    name + ": expected #sha256= and 64 hexadecimal digits, or no fragment"));
  }

  private static Optional<String> digits(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    boolean matches = pattern == FRAGMENT ? matcher.matches() : matcher.find();
    return matches ? Optional.of(matcher.group(1).toLowerCase(Locale.ROOT)) : Optional.empty();
  }
}
