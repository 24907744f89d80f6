package dev.dovetail.weights;

import dev.dovetail.weights.formats.NamePrefix;
import dev.dovetail.weights.layouts.Rule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A model that may be an attribute of another module, such as the attribute {@code model} of a
 * {@code LightningModule}, possibly with a second set of weights in another attribute.
 *
 * @param prefix the prefix of its tensors' names, without the last dot; empty for the module itself
 * @param others prefixes of other sets of the same weights, such as a running average
 * @param rules convert the names of the outer module to those of the model
 */
public record InnerModel(String prefix, List<String> others, List<Rule> rules) {

  /** Maximum nesting depth of the model. */
  private static final int MAX_PARTS = 4;

  /** A smaller fraction of all tensors is not considered a model. */
  private static final int LEAST_SHARE = 8;

  private static final int MOST = 16;

  private static final String LIGHTNING = "pytorch-lightning_version";

  /**
   * {@return the possible locations of a model, most likely first: by the attributes' names, then
   * in file order} The caller selects one by the names of its tensors.
   *
   * @param checkpoint the file or files
   */
  public static List<InnerModel> candidates(Checkpoint checkpoint) {
    Collection<String> names = checkpoint.tensors().keySet();
    List<String> prefixes = prefixes(names);
    List<String> ordered = new ArrayList<>(prefixes);
    // A prefix with the same names as the outer module is a second set of its weights.
    ordered.removeIf(p -> repeats(below(p, names), checkpoint.tensors().keySet()));
    ordered.sort(Comparator.comparingInt(InnerModel::rank));
    ordered.add(0, "");
    return ordered.stream().limit(MOST).map(p -> of(checkpoint, p, prefixes)).toList();
  }

  /** Returns the prefixes of many names, in file order. */
  private static List<String> prefixes(Collection<String> names) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (String name : names) {
      int dot = name.indexOf('.');
      for (int part = 0; dot > 0 && part < MAX_PARTS; part++, dot = name.indexOf('.', dot + 1)) {
        counts.merge(name.substring(0, dot), 1, Integer::sum);
      }
    }
    return counts.keySet().stream()
        .filter(p -> counts.get(p) > 1 && counts.get(p) * LEAST_SHARE >= names.size())
        .toList();
  }

  private static int rank(String prefix) {
    int dot = prefix.indexOf('.');
    int usual = NamePrefix.USUAL.indexOf(dot < 0 ? prefix : prefix.substring(0, dot));
    return usual < 0 ? NamePrefix.USUAL.size() : usual;
  }

  private static InnerModel of(Checkpoint checkpoint, String prefix, List<String> prefixes) {
    Collection<String> names = checkpoint.tensors().keySet();
    Set<String> own = below(prefix, names);
    List<String> others =
        prefixes.stream()
            .filter(p -> !prefix.equals(p) && !isWithin(p, prefix) && !isWithin(prefix, p))
            .filter(p -> repeats(below(p, names), own))
            .toList();
    List<Rule> rules = new ArrayList<>();
    for (String other : others) {
      String reason = "is another set of the same weights, under '" + other + "'";
      rules.add(new Rule.Drop(Pattern.compile(Pattern.quote(other + ".") + ".*"), reason));
    }
    if (prefix.isEmpty()) {
      return new InnerModel(prefix, others, rules);
    }
    boolean lightning = checkpoint.meta().containsKey(LIGHTNING);
    String beside =
        checkpoint.tensors().values().stream()
            .filter(t -> !t.name().startsWith(prefix + "."))
            .filter(t -> lightning || t.elements() == 1 || own.contains(t.name()))
            .map(t -> Pattern.quote(t.name()))
            .collect(Collectors.joining("|"));
    if (!beside.isEmpty()) {
      String reason = "is stored in addition to the model, which is under '" + prefix + "'";
      rules.add(new Rule.Drop(Pattern.compile(beside), reason));
    }
    rules.add(new Rule.StripPrefix(prefix + "."));
    return new InnerModel(prefix, others, rules);
  }

  /** Returns the names that have a prefix, without the prefix. */
  private static Set<String> below(String prefix, Collection<String> names) {
    if (prefix.isEmpty()) {
      return new HashSet<>(names);
    }
    return names.stream()
        .filter(name -> name.startsWith(prefix + "."))
        .map(name -> name.substring(prefix.length() + 1))
        .collect(Collectors.toSet());
  }

  private static boolean isWithin(String prefix, String outer) {
    return !outer.isEmpty() && prefix.startsWith(outer + ".");
  }

  /** Returns whether most of {@code names} are in {@code own}, and they are many. */
  private static boolean repeats(Set<String> names, Set<String> own) {
    long shared = names.stream().filter(own::contains).count();
    return 2 * shared > names.size() && LEAST_SHARE * shared >= own.size();
  }

  /**
   * {@return the number of tensors under the prefix, not counting other sets}
   *
   * @param checkpoint the file or files
   */
  public int size(Checkpoint checkpoint) {
    Collection<String> names = checkpoint.tensors().keySet();
    int elsewhere =
        prefix.isEmpty() ? others.stream().mapToInt(o -> below(o, names).size()).sum() : 0;
    return below(prefix, names).size() - elsewhere;
  }
}
