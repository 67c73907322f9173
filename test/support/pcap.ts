/** Reads classic pcap files with Ethernet frames, as tcpdump wrote them: what UDP and ICMP echo packets carry. */

const ethernet = 1;
const fileHeaderBytes = 24;
const recordHeaderBytes = 16;
const ethernetHeaderBytes = 14;
const ipv4 = 0x0800;
const udp = 17;
const icmp = 1;
/** Length of both the UDP and the ICMP echo header. */
const transportHeaderBytes = 8;

/** The payloads of all UDP and ICMP packets over IPv4, in order. Throws on a file of another kind. */
export function pcapPayloads(file: Buffer): Buffer[] {
  if (file.readUInt32LE(0) !== 0xa1b2c3d4) throw new Error('This is no little-endian microsecond pcap file.');
  if (file.readUInt32LE(20) !== ethernet) throw new Error(`Link type ${file.readUInt32LE(20)} is not known.`);
  const payloads: Buffer[] = [];
  for (let at = fileHeaderBytes; at < file.length; ) {
    const length = file.readUInt32LE(at + 8);
    at += recordHeaderBytes;
    payloads.push(payloadOf(file.subarray(at, at + length)));
    at += length;
  }
  return payloads;
}

function payloadOf(frame: Buffer): Buffer {
  if (frame.readUInt16BE(12) !== ipv4) throw new Error('A frame is not IPv4.');
  const packet = frame.subarray(ethernetHeaderBytes);
  const protocol = packet[9];
  if (protocol !== udp && protocol !== icmp) throw new Error(`IP protocol ${protocol} is not known.`);
  const headerBytes = (packet.readUInt8(0) & 0x0f) * 4;
  return packet.subarray(headerBytes + transportHeaderBytes, packet.readUInt16BE(2));
}
