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
 * A model that may be kept as an attribute of another module, as a {@code LightningModule} keeps
 * its own under {@code model}, perhaps with a second set of weights under another attribute.
 *
 * @param prefix of its tensors' names, without the last dot; empty if it is the module itself
 * @param others prefixes of other sets of the same weights, such as a running average
 * @param rules what makes the names of the whole those of the model
 */
public record InnerModel(String prefix, List<String> others, List<Rule> rules) {

  /** A model lies no deeper in the modules around it. */
  private static final int MAX_PARTS = 4;

  /** Smaller shares of all tensors are no model. */
  private static final int LEAST_SHARE = 8;

  private static final int MOST = 16;

  private static final String LIGHTNING = "pytorch-lightning_version";

  /**
   * {@return where a model may be, the likeliest first: by the attributes' names, else in file
   * order} Which it is, the names below tell.
   *
   * @param checkpoint the file or files
   */
  public static List<InnerModel> candidates(Checkpoint checkpoint) {
    Collection<String> names = checkpoint.tensors().keySet();
    List<String> prefixes = prefixes(names);
    List<String> ordered = new ArrayList<>(prefixes);
    // What repeats the names of the module around it is a second set of that one's weights.
    ordered.removeIf(p -> repeats(below(p, names), checkpoint.tensors().keySet()));
    ordered.sort(Comparator.comparingInt(InnerModel::rank));
    ordered.add(0, "");
    return ordered.stream().limit(MOST).map(p -> of(checkpoint, p, prefixes)).toList();
  }

  /** What many names begin with, in file order. */
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
      String reason = "is another set of the same weights, below '" + other + "'";
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
      String reason = "is kept beside the model, which is below '" + prefix + "'";
      rules.add(new Rule.Drop(Pattern.compile(beside), reason));
    }
    rules.add(new Rule.StripPrefix(prefix + "."));
    return new InnerModel(prefix, others, rules);
  }

  /** The rest of the names that lie below a prefix. */
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

  /** Whether {@code names} are mostly those of {@code own}, and many of them. */
  private static boolean repeats(Set<String> names, Set<String> own) {
    long shared = names.stream().filter(own::contains).count();
    return 2 * shared > names.size() && LEAST_SHARE * shared >= own.size();
  }

  /**
   * {@return how many tensors lie below the prefix, those of other sets not counted}
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
