package io.muster.schema.frame;

/**
 * The identity of the frame that answers a {@link CollectRequest}. The frame is published before
 * the receipt is sent, and is delivered before it, unless the sender has just learned of a new
 * subscriber or the caller receives frames on another thread: then the frame follows within
 * milliseconds, and the caller must wait for it.
 *
 * @param bootId of the frame
 * @param sequence of the frame
 */
public record CollectReply(long bootId, long sequence) {
  /** Returns the receipt of a frame. */
  public static CollectReply of(FrameHeader header) {
    return new CollectReply(header.bootId(), header.sequence());
  }

  /** Returns true if a frame of the same host is the identified frame or a newer one. */
  public boolean isSatisfiedBy(FrameHeader header) {
    return bootId == header.bootId() ? sequence <= header.sequence() : bootId < header.bootId();
  }
}
