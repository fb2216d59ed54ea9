package io.muster.api.exposition;

import io.muster.api.exposition.LabelSchema.LabeledEntry;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * The labels of a host while it is rendered: the labels of a schema are built once, for the first
 * family that uses it. Used by the rendering thread only.
 */
final class HostLabelCache {
  private final HostScrape scrape;
  private final LabelSet.LabelSetBuilder builder = new LabelSet.LabelSetBuilder();
  private final IdentityHashMap<LabelSchema<?>, List<?>> entriesBySchema = new IdentityHashMap<>();

  HostLabelCache(HostScrape scrape) {
    this.scrape = scrape;
  }

  /** Returns the builder for one more label set, which starts with these labels. */
  LabelSet.LabelSetBuilder labelBuilder(LabelSet start) {
    return builder.startWith(start);
  }

  HostScrape scrape() {
    return scrape;
  }

  /** Returns the entries of the schema in this host. */
  @SuppressWarnings("unchecked") // the entries stored for a schema were created by that schema
  <T> List<LabeledEntry<T>> entries(LabelSchema<T> schema) {
    var entries = (List<LabeledEntry<T>>) entriesBySchema.get(schema);
    if (entries == null) {
      entries = schema.entries(this);
      entriesBySchema.put(schema, entries);
    }
    return entries;
  }
}
