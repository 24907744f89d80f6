package dev.dovetail.eval.panoptic;

import dev.dovetail.formats.panoptic.IdMap;
import dev.dovetail.formats.panoptic.PanopticAnnotation;
import dev.dovetail.formats.panoptic.PanopticCategory;
import dev.dovetail.formats.panoptic.PanopticSegment;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Panoptic quality of one category, implemented directly from its definition. */
final class NaivePanoptic {

  private final long category;
  long tp;
  long fp;
  long fn;
  double iouSum;

  NaivePanoptic(PanopticCategory category) {
    this.category = category.id();
  }

  void add(PanopticAnnotation truth, IdMap truthMap, PanopticAnnotation found, IdMap foundMap) {
    Set<Long> taken = new HashSet<>();
    Set<Long> matched = new HashSet<>();
    for (PanopticSegment t : ascending(truth)) {
      for (PanopticSegment f : ascending(found)) {
        if (t.crowd() || t.categoryId() != category || f.categoryId() != category) {
          continue;
        }
        long both = pixels(truthMap, t.id(), foundMap, f.id());
        long onVoid = pixels(truthMap, 0, foundMap, f.id());
        double union = pixels(foundMap, f.id()) + t.area() - both - onVoid;
        if (both > 0 && both / union > 0.5) {
          tp++;
          iouSum += both / union;
          taken.add(t.id());
          matched.add(f.id());
        }
      }
    }
    long crowd = -1;
    for (PanopticSegment t : truth.segments()) {
      if (t.categoryId() == category && t.crowd()) {
        crowd = t.id();
      } else if (t.categoryId() == category && !taken.contains(t.id())) {
        fn++;
      }
    }
    for (PanopticSegment f : found.segments()) {
      if (f.categoryId() == category && !matched.contains(f.id())) {
        long excused = pixels(truthMap, 0, foundMap, f.id());
        excused += crowd < 0 ? 0 : pixels(truthMap, crowd, foundMap, f.id());
        fp += (double) excused / pixels(foundMap, f.id()) > 0.5 ? 0 : 1;
      }
    }
  }

  private static List<PanopticSegment> ascending(PanopticAnnotation annotation) {
    return annotation.segments().stream()
        .sorted(Comparator.comparingLong(PanopticSegment::id))
        .toList();
  }

  private static long pixels(IdMap map, long id) {
    return pixels(map, id, map, id);
  }

  private static long pixels(IdMap truth, long g, IdMap found, long p) {
    long count = 0;
    for (int i = 0; i < truth.ids().length; i++) {
      count += truth.ids()[i] == g && found.ids()[i] == p ? 1 : 0;
    }
    return count;
  }
}
