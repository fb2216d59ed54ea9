package io.muster.launcher.db.transfer;

/**
 * The rows of an import: read = stored + known + orphans + too old + too new.
 *
 * @param known stored before
 * @param orphans readings of devices without a heartbeat
 * @param tooOld older than the retention
 * @param tooNew in the future, or roll-ups of time that has not ended
 */
public record ImportCounts(
    long read, long stored, long known, long orphans, long tooOld, long tooNew) {
  static final ImportCounts NONE = new ImportCounts(0, 0, 0, 0, 0, 0);

  ImportCounts plus(ImportCounts others) {
    return new ImportCounts(
        read + others.read,
        stored + others.stored,
        known + others.known,
        orphans + others.orphans,
        tooOld + others.tooOld,
        tooNew + others.tooNew);
  }
}
