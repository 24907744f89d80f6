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
 * A layout of published checkpoints that is recognized by its names.
 *
 * <p>As JSON, in a file of the layout's name: {@code {"description": "…", "family": "vit",
 * "publisher": "timm", "signature": ["patch_embed\\.proj\\.weight", …], "rules": […]}}, with rules
 * as in {@link Layout}. A layout without rules has the models' own names: it says whose they are.
 *
 * @param name such as {@code dinov2}
 * @param family the type of the part that such checkpoints are of: a backbone or network, or an
 *     adapter, neck or head, whose names lie among those of the others
 * @param publisher whose code writes such checkpoints
 * @param signature patterns of whole names; a checkpoint of this layout has a name for each
 * @param layout its rules
 */
public record KnownLayout(
    String name, String family, String publisher, List<Pattern> signature, Layout layout) {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  /** Word characters and escaped dots up to the end, after neither a backslash nor one of them. */
  private static final Pattern LITERAL_END = Pattern.compile("(?<![\\\\\\w])((?:\\w|\\\\\\.)+)$");

  /** What a file holds. */
  private record Contents(
      String description,
      String family,
      String publisher,
      List<Pattern> signature,
      List<Rule> rules) {}

  /**
   * @throws IllegalArgumentException if the signature is empty, since every checkpoint would fit
   */
  public KnownLayout {
    signature = List.copyOf(signature);
    if (signature.isEmpty()) {
      throw new IllegalArgumentException("the layout " + name + " has no signature");
    }
  }

  /**
   * Reads the files {@code layouts/NAME.json} beside a class.
   *
   * @param family the class, whose package the files are below
   * @throws IOException if one is missing or not of the form above; the message names it
   */
  public static List<KnownLayout> beside(Class<?> family, String... names) throws IOException {
    List<KnownLayout> layouts = new ArrayList<>();
    for (String name : names) {
      String file = "layouts/" + name + ".json";
      try (InputStream json = family.getResourceAsStream(file)) {
        if (json == null) {
          throw new CheckpointException(
              "there is no resource " + file + " beside the class " + family.getName());
        }
        layouts.add(read(name, json));
      }
    }
    return layouts;
  }

  /**
   * Reads a layout from JSON.
   *
   * @throws IOException if it is not of the form above; the message has the line
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

  /** Whether each pattern of the signature matches one of the names. */
  public boolean fits(Collection<String> names) {
    return signature.stream().allMatch(p -> names.stream().anyMatch(p.asMatchPredicate()));
  }

  /**
   * A layout and where it fits.
   *
   * @param known the layout
   * @param prefix what all its names begin with, such as {@code backbone.}; may be empty
   */
  public record Fit(KnownLayout known, String prefix) {

    /** The layout's rules for the names below the prefix. */
    public Layout layout() {
      return known.layout.below(prefix);
    }

    /** The same, and then the prefix taken off: the part by itself. */
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
   * Which layouts names are of, at the top or below prefixes of at most four parts: for each
   * prefix, of those that fit below it and below no shorter one, the one with the longest
   * signature, the first of several. The shortest prefix comes first.
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

  /** The shortest prefix below which the names are of this layout. */
  private Optional<String> prefix(Collection<String> names) {
    String end = literalEnd(signature.get(0).pattern());
    Pattern below = Pattern.compile("((?:[^.]+\\.){0,4}?)(?:" + signature.get(0).pattern() + ")");
    return names.stream()
        .filter(name -> name.endsWith(end)) // most names need no regular expression
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

  /** What every text that a pattern matches ends with; empty if the pattern does not show it. */
  static String literalEnd(String pattern) {
    Matcher end = LITERAL_END.matcher(pattern);
    return pattern.contains("|") || !end.find() ? "" : end.group(1).replace("\\.", ".");
  }

  /**
   * The layout that a checkpoint's names are of: the first of {@link #find}, which is below the
   * shortest prefix.
   */
  public static Optional<Fit> recognise(Collection<KnownLayout> layouts, Collection<String> names) {
    return find(layouts, names).stream().findFirst();
  }
}
