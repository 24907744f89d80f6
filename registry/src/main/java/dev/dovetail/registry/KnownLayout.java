package dev.dovetail.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dovetail.weights.layouts.Layout;
import dev.dovetail.weights.layouts.Rule;
import dev.dovetail.weights.tensors.CheckpointException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A layout of published checkpoints that is recognized by its key names.
 *
 * <p>A layout is defined in a JSON file with the layout's name: {@code {"description": "…",
 * "family": "vit", "publisher": "timm", "signature": ["patch_embed\\.proj\\.weight", …], "rules":
 * […]}}, where the rules are those of {@link Layout}. A layout without rules has the same names as
 * the models; it only identifies the publisher.
 *
 * @param name such as {@code dinov2}
 * @param family the type of part that such checkpoints contain: a backbone or network; for an
 *     adapter, neck or head, the names are among those of other parts
 * @param publisher the origin of the code that writes such checkpoints
 * @param signature patterns of whole names; a checkpoint of this layout has a matching name for
 *     each of them
 * @param layout its rules
 */
public record KnownLayout(
    String name, String family, String publisher, List<Pattern> signature, Layout layout) {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  /** A suffix of word characters and escaped dots, not preceded by a backslash or one of these. */
  private static final Pattern LITERAL_END = Pattern.compile("(?<![\\\\\\w])((?:\\w|\\\\\\.)+)$");

  /** The contents of a JSON file. */
  private record Contents(
      String description,
      String family,
      String publisher,
      List<Pattern> signature,
      List<Rule> rules) {}

  /**
   * Creates a layout.
   *
   * @throws IllegalArgumentException if the signature is empty, since it would match every
   *     checkpoint
   */
  public KnownLayout {
    signature = List.copyOf(signature);
    if (signature.isEmpty()) {
      throw new IllegalArgumentException("the layout " + name + " has no signature");
    }
  }

  /**
   * Reads the files {@code layouts/NAME.json} next to a class.
   *
   * @param family a class in the package that contains the directory
   * @throws IOException if a file is missing or invalid; the message names it
   */
  public static List<KnownLayout> beside(Class<?> family, String... names) throws IOException {
    List<KnownLayout> layouts = new ArrayList<>();
    for (String name : names) {
      String file = "layouts/" + name + ".json";
      try (InputStream json = family.getResourceAsStream(file)) {
        if (json == null) {
          throw new CheckpointException(
              "there is no resource " + file + " next to the class " + family.getName());
        }
        layouts.add(read(name, json));
      }
    }
    return layouts;
  }

  /**
   * Reads a layout from JSON.
   *
   * @throws IOException if the JSON is invalid; the message contains the line
   */
  public static KnownLayout read(String name, InputStream json) throws IOException {
    try {
      Contents c = JSON.readValue(json, Contents.class);
      Layout layout = new Layout(c.description(), c.rules());
      return new KnownLayout(name, c.family(), c.publisher(), c.signature(), layout);
    } catch (JsonProcessingException e) {
      throw new CheckpointException(
          "the layout "
              + name
              + " is not valid at line "
              + (e.getLocation() == null ? 1 : e.getLocation().getLineNr())
              + ": "
              + e.getOriginalMessage());
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(e.getMessage());
    }
  }

  /** Returns whether each pattern of the signature matches a name. */
  public boolean fits(Collection<String> names) {
    return signature.stream().allMatch(p -> names.stream().anyMatch(p.asMatchPredicate()));
  }

  /**
   * A layout, and the prefix at which it matches.
   *
   * @param known the layout
   * @param prefix the common prefix of its names, such as {@code backbone.}; may be empty
   */
  public record Fit(KnownLayout known, String prefix) {

    /** Returns the layout's rules, applied to the names that have the prefix. */
    public Layout layout() {
      return known.layout.below(prefix);
    }

    /**
     * Returns these rules, followed by the removal of the prefix, so that the part can be used on
     * its own.
     */
    public Layout alone() {
      return prefix.isEmpty()
          ? layout()
          : layout().then(new Layout("", List.of(new Rule.StripPrefix(prefix))));
    }

    private int length() {
      return known.signature.size();
    }
  }

  /**
   * Finds the layouts that match the names, without prefix or with prefixes of up to four elements.
   * Each layout counts only at the shortest prefix at which it matches. For each prefix, the result
   * contains the layout with the longest signature, or the first of several. The shortest prefix
   * comes first.
   */
  public static List<Fit> find(Collection<KnownLayout> layouts, Collection<String> names) {
    Map<String, Fit> best =
        new TreeMap<>(Comparator.comparingInt(String::length).thenComparing(p -> p));
    for (KnownLayout layout : layouts) {
      Optional<String> prefix = layout.prefix(names);
      if (prefix.isPresent()) {
        best.merge(
            prefix.get(), new Fit(layout, prefix.get()), (a, b) -> b.length() > a.length() ? b : a);
      }
    }
    return List.copyOf(best.values());
  }

  /** Returns the shortest prefix at which the names match this layout. */
  private Optional<String> prefix(Collection<String> names) {
    String end = literalEnd(signature.get(0).pattern());
    Pattern below = Pattern.compile("((?:[^.]+\\.){0,4}?)(?:" + signature.get(0).pattern() + ")");
    return names.stream()
        .filter(
            name ->
                name.endsWith(
                    end)) // for most names, the suffix comparison avoids the regular expression
        .map(below::matcher)
        .filter(Matcher::matches)
        .map(m -> m.group(1))
        .distinct()
        .filter(
            prefix ->
                fits(
                    names.stream()
                        .filter(name -> name.startsWith(prefix))
                        .map(name -> name.substring(prefix.length()))
                        .toList()))
        .min(Comparator.comparingInt(String::length));
  }

  /**
   * Returns a suffix of all texts that a pattern matches; empty if the pattern does not end in
   * literal text.
   */
  static String literalEnd(String pattern) {
    Matcher end = LITERAL_END.matcher(pattern);
    return pattern.contains("|") || !end.find() ? "" : end.group(1).replace("\\.", ".");
  }

  /**
   * Returns the layout of a checkpoint's names: the first one of {@link #find}, which has the
   * shortest prefix.
   */
  public static Optional<Fit> recognise(Collection<KnownLayout> layouts, Collection<String> names) {
    return find(layouts, names).stream().findFirst();
  }
}
