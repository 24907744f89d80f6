package dev.dovetail.graph.nn;

import java.lang.ref.SoftReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** A cache of computed values that are kept while memory suffices. */
final class SoftCache<K, V> {

  private final Map<K, SoftReference<V>> made = new ConcurrentHashMap<>();

  V get(K key, Supplier<V> make) {
    SoftReference<V> known = made.get(key);
    V value = known == null ? null : known.get();
    if (value == null) {
      value = make.get();
      made.put(key, new SoftReference<>(value));
    }
    return value;
  }
}
