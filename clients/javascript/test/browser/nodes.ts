import { createHash } from 'node:crypto';
import { freePort, Halley } from './halley';

const Names = ['a', 'b', 'c'];

/** Three servers that share their channels. One is asked, another has the channels of these tests, the third takes them over. */
export class Nodes {
  private constructor(private readonly nodes: Halley[]) { }

  /** misdirected: what becomes of a subscriber that asks another node than its channel's. Returns once all three serve. */
  static async create(misdirected: 'redirect' | 'proxy'): Promise<Nodes> {
    const ports = await Promise.all(Names.map(() => Promise.all([freePort(), freePort(), freePort()])));
    const list = ports.map(([front, , link], i) => `${Names[i]} 127.0.0.1:${link} http://127.0.0.1:${front}`);
    const nodes = new Nodes(ports.map(([front, admin], i) => Halley.at(front, admin, { polling_timeout: 2 }, {
      nodes: { name: Names[i], list, key: 'a key for these tests alone', misdirected },
    })));
    try {
      await Promise.all(nodes.nodes.map(node => node.start()));
      await nodes.allServe();
      return nodes;
    } catch (error) {
      await nodes.dispose();
      throw error;
    }
  }

  /** The one that pages and publishers know. */
  get asked(): Halley {
    return this.nodes[0];
  }

  /** The one that has the channels named by channel(). */
  get owner(): Halley {
    return this.nodes[1];
  }

  /** A channel that the owner has, and after it the third node. Each number gives another. */
  channel(number: number): string {
    for (let i = 0; ; i++) {
      const name = `nodes-${number}-${i}`;
      const digest = (node: string) => createHash('sha256').update(`${node}\n${name}`).digest('hex');
      if (digest('b') > digest('c') && digest('c') > digest('a')) return name;
    }
  }

  /** Returns once every node knows that all of them serve. */
  async allServe(): Promise<void> {
    for (let i = 0; i < 600; i++) {
      const reports = await Promise.all(this.nodes.map(async node => {
        const answer = await fetch(`http://127.0.0.1:${node.admin}/nodes`);
        return (await answer.json() as { nodes: Array<{ state: string }> }).nodes;
      }));
      if (reports.flat().every(node => node.state === 'serving')) return;
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    throw new Error('the nodes did not find each other within 30 seconds');
  }

  async dispose(): Promise<void> {
    await Promise.all(this.nodes.map(node => node.dispose()));
  }
}
