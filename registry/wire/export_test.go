package wire

// Doorbell is whether a step of the arena is a ring of its doorbell, and not a
// gRPC call.
func (c *Client) Doorbell() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.bell != nil
}
