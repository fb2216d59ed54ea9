package io.muster.schema.metric;

import io.muster.schema.metric.LabelSchema.LabeledEntry;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * A host while it is rendered: the labels of a subject are put together once, by the first family
 * that asks. Confined to one rendering.
 */
final class HostLabelCache {
  private final HostScrape scrape;
  private final LabelSet.LabelSetBuilder builder = new LabelSet.LabelSetBuilder();
  private final IdentityHashMap<LabelSchema<?>, List<?>> entriesBySchema = new IdentityHashMap<>();

  HostLabelCache(HostScrape scrape) {
    this.scrape = scrape;
  }

  /** The place to put one more label set together, starting with these. */
  LabelSet.LabelSetBuilder labelBuilder(LabelSet start) {
    return builder.startWith(start);
  }

  HostScrape scrape() {
    return scrape;
  }

  /** The entries of the subject in this host. */
  @SuppressWarnings("unchecked") // what is known of a subject came from that very subject
  <T> List<LabeledEntry<T>> entries(LabelSchema<T> schema) {
    var entries = (List<LabeledEntry<T>>) entriesBySchema.get(schema);
    if (entries == null) {
      entries = schema.entries(this);
      entriesBySchema.put(schema, entries);
    }
    return entries;
  }
}
