package io.muster.schema.metric;

import io.muster.schema.metric.Subject.Labelled;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * A host while it is rendered: the labels of a subject are put together once, by the first family
 * that asks. Confined to one rendering.
 */
final class LabelledHost {
  private final HostScrape scrape;
  private final LabelSet.Draft draft = new LabelSet.Draft();
  private final IdentityHashMap<Subject<?>, List<?>> known = new IdentityHashMap<>();

  LabelledHost(HostScrape scrape) {
    this.scrape = scrape;
  }

  /** The place to put one more label set together, starting with these. */
  LabelSet.Draft draft(LabelSet start) {
    return draft.startWith(start);
  }

  HostScrape scrape() {
    return scrape;
  }

  /** The entries of the subject in this host. */
  @SuppressWarnings("unchecked") // what is known of a subject came from that very subject
  <T> List<Labelled<T>> each(Subject<T> subject) {
    var entries = (List<Labelled<T>>) known.get(subject);
    if (entries == null) {
      entries = subject.of(this);
      known.put(subject, entries);
    }
    return entries;
  }
}
