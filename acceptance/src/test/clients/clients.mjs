// What each client makes of a server's answers, one JSON object: ClientsIT reads it.
import OpenAI from 'openai';
import { CohereClient, CohereClientV2 } from 'cohere-ai';
import { featureExtraction, textClassification } from '@huggingface/inference';

const server = process.argv[2];
const texts = ['I lost my card', 'what is the weather'];
const query = 'where is my card';
const documents = ['the weather is fine', 'a card was lost', 'play music'];

/** The class, status and message of what a call throws. */
async function failure(call) {
  try {
    return { answered: await call() };
  } catch (e) {
    return { name: e.constructor.name, status: e.status ?? e.statusCode ?? e.httpResponse?.status, message: e.message };
  }
}

const openai = new OpenAI({ baseURL: `${server}/v1`, apiKey: 'none' });
const floats = await openai.embeddings.create({ model: 'minibag-embed-256', input: texts, encoding_format: 'float' });
const decoded = await openai.embeddings.create({ model: 'minibag-embed-256', input: texts }); // asks for base64
const short = await openai.embeddings.create({ model: 'minibag-embed-256', input: [5, 6, 7], dimensions: 16 });
const models = [];
for await (const model of openai.models.list()) models.push(model.id);

const cohere = { token: 'none', environment: server };
const rerank1 = await new CohereClient(cohere).rerank({ model: 'minibag-embed-256', query, documents, topN: 2, returnDocuments: true });
const rerank2 = await new CohereClientV2(cohere).rerank({ model: 'minibag-embed-256', query, documents });

const hugging = { accessToken: 'hf_none' };
const vectors = await featureExtraction({ ...hugging, endpointUrl: `${server}/embed`, inputs: texts });
// it wants the answer to a batch, which TEI gives to a batch alone
const labels = await textClassification({ ...hugging, endpointUrl: `${server}/predict`, inputs: [['what is the weather']] });

console.log(JSON.stringify({
  openai: {
    floats: floats.data.map((each) => each.embedding),
    decoded: decoded.data.map((each) => each.embedding),
    short: short.data[0].embedding,
    usage: decoded.usage,
    models,
    model: (await openai.models.retrieve('mixer')).id,
    unknown: await failure(() => openai.embeddings.create({ model: 'gpt-9', input: 'x' })),
    empty: await failure(() => openai.embeddings.create({ model: 'minibag-embed-256', input: '' })),
  },
  cohere: {
    rerank1,
    rerank2,
    unknown: await failure(() => new CohereClientV2(cohere).rerank({ model: 'gpt-9', query, documents })),
  },
  huggingface: {
    vectors,
    labels,
    empty: await failure(() => featureExtraction({ ...hugging, endpointUrl: `${server}/embed`, inputs: '' })),
  },
}));
