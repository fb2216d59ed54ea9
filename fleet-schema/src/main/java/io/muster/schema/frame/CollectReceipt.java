package io.muster.schema.frame;

/**
 * Names the frame that answers a {@link CollectRequest}. It was published before the receipt was
 * sent, and is heard before it, unless the sender just learned of a new reader, or the reader hears
 * frames on another thread: then it follows within milliseconds, and must be waited for.
 *
 * @param bootId of the frame
 * @param sequence of the frame
 */
public record CollectReceipt(long bootId, long sequence) {
  /** Names the frame. */
  public static CollectReceipt of(FrameHeader head) {
    return new CollectReceipt(head.bootId(), head.sequence());
  }

  /** Whether a frame of the same host is the one that is named, or a newer one. */
  public boolean isSatisfiedBy(FrameHeader head) {
    return bootId == head.bootId() ? sequence <= head.sequence() : bootId < head.bootId();
  }
}
