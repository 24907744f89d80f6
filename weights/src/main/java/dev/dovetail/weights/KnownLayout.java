package dev.dovetail.weights;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A layout of published checkpoints that is told by its names.
 *
 * @param name of the {@linkplain Layout#builtIn built-in layout} with its rules
 * @param family the type of the backbone that such checkpoints are of
 * @param publisher whose code writes such checkpoints
 * @param signature patterns of whole names; a checkpoint of this layout has a name for each
 */
public record KnownLayout(String name, String family, String publisher, List<Pattern> signature) {

  /**
   * Copies the signature.
   *
   * @param name of the {@linkplain Layout#builtIn built-in layout} with its rules
   * @param family the type of the backbone that such checkpoints are of
   * @param publisher whose code writes such checkpoints
   * @param signature patterns of whole names; a checkpoint of this layout has a name for each
   */
  public KnownLayout {
    signature = List.copyOf(signature);
  }

  /**
   * {@return all that come with Dovetail}
   *
   * @throws IOException if the list cannot be read
   */
  public static List<KnownLayout> all() throws IOException {
    JsonMapper json =
        JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .build();
    try (InputStream list = KnownLayout.class.getResourceAsStream("layouts/known.json")) {
      return json.readValue(list, new TypeReference<List<KnownLayout>>() {});
    }
  }

  /**
   * {@return whether each pattern of the signature matches one of the names}
   *
   * @param names the keys of a checkpoint
   */
  public boolean fits(Collection<String> names) {
    return signature.stream().allMatch(p -> names.stream().anyMatch(p.asMatchPredicate()));
  }

  /**
   * {@return the layout that a checkpoint's names are of: of those that fit, the one with the
   * longest signature}
   *
   * @param names the keys of a checkpoint
   * @throws IOException if the list cannot be read
   */
  public static Optional<KnownLayout> recognise(Collection<String> names) throws IOException {
    return all().stream()
        .filter(l -> l.fits(names))
        .max(Comparator.comparingInt(l -> l.signature().size()));
  }

  /**
   * {@return its rules}
   *
   * @throws IOException if the rules cannot be read
   */
  public Layout layout() throws IOException {
    return Layout.builtIn(name);
  }
}
